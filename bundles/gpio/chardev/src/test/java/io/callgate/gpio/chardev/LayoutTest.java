// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.Ioctl;
import io.callgate.linux.testing.CrossCompiler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every number and offset of the uAPI against what the C compiler of each architecture says. */
class LayoutTest {

    private static final String HEADERS = "#include <stddef.h>\n#include <linux/gpio.h>\n";

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @ParameterizedTest
    @EnumSource
    void structures(Architecture architecture) throws Exception {
        structure(Uapi.ChipInfo.class, "gpiochip_info");
        structure(Uapi.LineAttribute.class, "gpio_v2_line_attribute");
        structure(Uapi.LineConfigAttribute.class, "gpio_v2_line_config_attribute");
        structure(Uapi.LineConfig.class, "gpio_v2_line_config");
        structure(Uapi.LineRequest.class, "gpio_v2_line_request");
        structure(Uapi.LineValues.class, "gpio_v2_line_values");
        structure(Uapi.LineInfo.class, "gpio_v2_line_info");
        structure(Uapi.LineInfoChanged.class, "gpio_v2_line_info_changed");
        structure(Uapi.LineEvent.class, "gpio_v2_line_event");
        assertThat(expected).hasSize(34 + 9);
        fieldSizes();
        check(architecture);
    }

    /** All constants of a class: SIZE is the structure's, the others are its fields' offsets. */
    private void structure(Class<?> type, String name) throws IllegalAccessException {
        for (Field field : type.getDeclaredFields()) {
            String constant = field.getName();
            if (constant.equals("SIZE")) {
                expected.put("sizeof(struct " + name + ")", (long) field.getInt(null));
            } else {
                String member = constant.toLowerCase(Locale.ROOT);
                expected.put("offsetof(struct " + name + ", " + member + ")", (long) field.getInt(null));
            }
        }
    }

    private void fieldSizes() {
        expected.put("sizeof(((struct gpiochip_info *) 0)->label)", (long) Uapi.NAME_SIZE);
        expected.put("sizeof(((struct gpio_v2_line_request *) 0)->consumer)", (long) Uapi.NAME_SIZE);
        expected.put("sizeof(((struct gpio_v2_line_request *) 0)->offsets)", 4L * Uapi.LINES_MAX);
        expected.put("sizeof(((struct gpio_v2_line_request *) 0)->fd)", 4L);
        expected.put("sizeof(((struct gpio_v2_line_config *) 0)->flags)", 8L);
        expected.put("sizeof(((struct gpio_v2_line_config *) 0)->attrs)", 24L * Uapi.LINE_NUM_ATTRS_MAX);
        expected.put("sizeof(((struct gpio_v2_line_attribute *) 0)->debounce_period_us)", 4L);
        expected.put("sizeof(((struct gpio_v2_line_info *) 0)->name)", (long) Uapi.NAME_SIZE);
        expected.put("sizeof(((struct gpio_v2_line_event *) 0)->seqno)", 4L);
        expected.put("sizeof(((struct gpio_v2_line_event *) 0)->id)", 4L);
    }

    @ParameterizedTest
    @EnumSource
    void numbers(Architecture architecture) throws Exception {
        for (Field field : Uapi.class.getDeclaredFields()) {
            if (field.getType() == Ioctl.class) {
                Ioctl ioctl = (Ioctl) field.get(null);
                expected.put("GPIO_" + field.getName() + "_IOCTL", Integer.toUnsignedLong(ioctl.number()));
            }
        }
        assertThat(expected).hasSize(8);
        for (Field field : Uapi.Flag.class.getDeclaredFields()) {
            expected.put("GPIO_V2_LINE_FLAG_" + field.getName(), field.getLong(null));
        }
        constants("ATTR_ID_", "GPIO_V2_LINE_ATTR_ID_");
        constants("CHANGED_", "GPIO_V2_LINE_CHANGED_");
        constants("EVENT_", "GPIO_V2_LINE_EVENT_");
        expected.put("GPIO_MAX_NAME_SIZE", (long) Uapi.NAME_SIZE);
        expected.put("GPIO_V2_LINES_MAX", (long) Uapi.LINES_MAX);
        expected.put("GPIO_V2_LINE_NUM_ATTRS_MAX", (long) Uapi.LINE_NUM_ATTRS_MAX);
        assertThat(expected).hasSize(8 + 13 + 3 + 3 + 2 + 3);
        check(architecture);
    }

    private void constants(String prefix, String prefixInC) throws IllegalAccessException {
        for (Field field : Uapi.class.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getName().startsWith(prefix)) {
                expected.put(prefixInC + field.getName().substring(prefix.length()), (long) field.getInt(null));
            }
        }
    }

    private void check(Architecture architecture) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }
}
