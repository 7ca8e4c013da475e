// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.S16;
import static io.callgate.device.CType.S32;
import static io.callgate.device.CType.S64;
import static io.callgate.device.CType.S8;
import static io.callgate.device.CType.SLONG;
import static io.callgate.device.CType.U16;
import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U64;
import static io.callgate.device.CType.U8;
import static io.callgate.device.CType.ULONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.Ioctl;
import io.callgate.linux.testing.CrossCompiler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every layout and number against what the C compiler of each architecture says of offsetof, sizeof and the headers. */
class CLayoutTest {

    private static final String HEADERS = """
            #include <stddef.h>
            #include <asm/termbits.h>
            #include <asm/ioctls.h>
            #include <linux/if.h>
            #include <linux/if_tun.h>
            #include <linux/loop.h>
            #include <linux/random.h>
            #include <linux/videodev2.h>
            """;

    /** All rules in one: holes of every size, long, nested structures and unions, arrays, a packed structure. */
    private static final String EVERYTHING = """
            struct inner { __u8 a; __u16 b; __s8 c; };
            struct wide { __u8 a; __u64 b; __u8 c; };
            struct tight { __u8 a; __u64 b; __u16 c; struct wide d; } __attribute__((packed));
            union either { __u8 a[7]; long b; struct inner c[2]; };
            struct everything {
                __s8 first; unsigned long word; __s16 half; struct inner in[3]; struct tight tight; __u32 number;
                union either either; __u8 odd; long signed_word; __s64 big[2]; struct wide wide; __s32 last;
            };
            """;

    private static final StructLayout INNER = StructLayout.struct("inner")
            .field("a", U8)
            .field("b", U16)
            .field("c", S8)
            .build();
    private static final StructLayout WIDE = StructLayout.struct("wide")
            .field("a", U8)
            .field("b", U64)
            .field("c", U8)
            .build();
    private static final StructLayout TIGHT = StructLayout.packed("tight")
            .field("a", U8)
            .field("b", U64)
            .field("c", U16)
            .field("d", WIDE)
            .build();
    private static final StructLayout EITHER = StructLayout.union("either")
            .field("a", U8, 7)
            .field("b", SLONG)
            .field("c", INNER, 2)
            .build();
    private static final StructLayout ALL = StructLayout.struct("everything")
            .field("first", S8)
            .field("word", ULONG)
            .field("half", S16)
            .field("in", INNER, 3)
            .field("tight", TIGHT)
            .field("number", U32)
            .field("either", EITHER)
            .field("odd", U8)
            .field("signed_word", SLONG)
            .field("big", S64, 2)
            .field("wide", WIDE)
            .field("last", S32)
            .build();

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    private void is(String expression, long value) {
        expected.put(expression, value);
    }

    private void layout(String typeInC, StructLayout layout) {
        is("sizeof(" + typeInC + ")", layout.size());
        is("_Alignof(" + typeInC + ")", layout.alignment());
        for (String name : layout.names()) {
            field(typeInC, layout, name);
        }
    }

    private void field(String typeInC, StructLayout layout, String path) {
        is("offsetof(" + typeInC + ", " + path + ")", layout.field(path).offset());
        is("sizeof(((" + typeInC + " *) 0)->" + path + ")", layout.field(path).size());
    }

    private void check(Architecture architecture, String headers) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), compiler::mend);
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler.values(headers, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        said.entrySet().removeAll(expected.entrySet()); // what differs is all that a person wants to read
        assertThat(said).as("what C says otherwise").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyRuleOfAlignment(Architecture architecture) throws Exception {
        layout("struct inner", INNER.on(architecture));
        layout("struct wide", WIDE.on(architecture));
        layout("struct tight", TIGHT.on(architecture));
        layout("union either", EITHER.on(architecture));
        StructLayout all = ALL.on(architecture);
        layout("struct everything", all);
        for (String path : List.of("in[2].b", "tight.d.b", "either.c[1].b", "either.a[6]", "big[1]", "wide.b")) {
            field("struct everything", all, path);
        }
        check(architecture, "#include <stddef.h>\n#include <linux/types.h>\n" + EVERYTHING);
    }

    /** Structures that nobody thought of: made up at random, the same ones each time. */
    @ParameterizedTest
    @EnumSource
    void structuresMadeUpAtRandom(Architecture architecture) throws Exception {
        Random random = new Random(4);
        StringBuilder headers = new StringBuilder("#include <stddef.h>\n#include <linux/types.h>\n");
        List<StructLayout> made = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            made.add(madeUp(random, "s" + i, made, headers));
        }
        for (StructLayout layout : made) {
            layout("struct " + layout.name(), layout.on(architecture));
        }
        assertThat(expected.size()).isGreaterThan(500);
        check(architecture, headers.toString());
    }

    private static StructLayout madeUp(Random random, String name, List<StructLayout> made, StringBuilder headers) {
        boolean packed = random.nextInt(5) == 0;
        StructLayout.Builder builder = packed ? StructLayout.packed(name) : StructLayout.struct(name);
        headers.append("struct ").append(name).append(" {");
        int fields = 1 + random.nextInt(8);
        for (int f = 0; f < fields; f++) {
            String field = "f" + f;
            int count = 1 + random.nextInt(5);
            if (!made.isEmpty() && random.nextInt(4) == 0) {
                StructLayout nested = made.get(random.nextInt(made.size()));
                if (nested.size() < 1024) {
                    builder.field(field, nested, count);
                    headers.append(" struct %s %s[%d];".formatted(nested.name(), field, count));
                    continue;
                }
            }
            CType type = CType.values()[random.nextInt(CType.values().length)];
            builder.field(field, type, count);
            headers.append(" %s %s[%d];".formatted(inC(type), field, count));
        }
        headers.append(packed ? " } __attribute__((packed));\n" : " };\n");
        return builder.build();
    }

    private static String inC(CType type) {
        return switch (type) {
            case ULONG -> "unsigned long";
            case SLONG -> "long";
            default -> "__" + type.name().toLowerCase(Locale.ROOT);
        };
    }

    @ParameterizedTest
    @EnumSource
    void structuresOfTheHelpers(Architecture architecture) throws Exception {
        layout("struct loop_info64", Loop.LOOP_INFO64.on(architecture));
        layout("struct loop_config", Loop.LOOP_CONFIG.on(architecture));
        field("struct loop_config", Loop.LOOP_CONFIG.on(architecture), "info.lo_file_name");
        layout("struct termios2", Serial.TERMIOS2.on(architecture));
        StructLayout ifreq = Tun.IFREQ.on(architecture);
        is("sizeof(struct ifreq)", ifreq.size());
        is("offsetof(struct ifreq, ifr_name)", ifreq.field("ifr_name").offset());
        is(
                "offsetof(struct ifreq, ifr_flags)",
                ifreq.field("ifr_ifru.ifr_flags").offset());
        is(
                "offsetof(struct ifreq, ifr_map.irq)",
                ifreq.field("ifr_ifru.ifr_map.irq").offset());
        check(architecture, HEADERS);
    }

    /** On armhf of Debian 12 a timeval is of 32-bit numbers, and so the numbers of its requests are others. */
    @ParameterizedTest
    @EnumSource
    void structuresAndRequestsOfVideo(Architecture architecture) throws Exception {
        layout("struct v4l2_capability", VideoCapture.CAPABILITY.on(architecture));
        layout("struct v4l2_requestbuffers", VideoCapture.REQUEST_BUFFERS.on(architecture));
        StructLayout format = VideoCapture.FORMAT.on(architecture);
        layout("struct v4l2_format", format);
        for (String path : List.of("width", "height", "pixelformat", "bytesperline", "sizeimage", "xfer_func")) {
            field("struct v4l2_format", format, "fmt.pix." + path);
        }
        StructLayout buffer = VideoCapture.BUFFER.on(architecture);
        layout("struct v4l2_buffer", buffer);
        for (String path : List.of("timestamp.tv_usec", "timecode.userbits", "m.offset", "m.userptr")) {
            field("struct v4l2_buffer", buffer, path);
        }
        for (VideoCapture.Request each : VideoCapture.Request.values()) {
            is(
                    "(unsigned int) " + each,
                    Integer.toUnsignedLong(each.on(architecture).number()));
        }
        is("V4L2_PIX_FMT_YUYV", VideoCapture.Format.number("YUYV"));
        is("V4L2_PIX_FMT_GREY", VideoCapture.Format.number("GREY"));
        assertThat(VideoCapture.Format.fourcc(VideoCapture.Format.number("MJPG")))
                .isEqualTo("MJPG");
        check(architecture, HEADERS);
    }

    @ParameterizedTest
    @EnumSource
    void numbersOfTheHelpers(Architecture architecture) throws Exception {
        for (Class<?> helper : List.of(Entropy.class, Loop.class, Serial.class, Tun.class, VideoCapture.class)) {
            for (Field field : helper.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && !Modifier.isPrivate(field.getModifiers())) {
                    constant(field);
                }
            }
        }
        for (int baud : new int[] {50, 134, 9600, 38400, 57600, 115200, 1152000, 4000000}) {
            is("B" + baud, Serial.code(baud));
        }
        is("BOTHER", Serial.code(12345));
        assertThat(expected.size()).isGreaterThan(50);
        check(architecture, HEADERS);
    }

    /** Request numbers are an unsigned int to the kernel, flags are what they are. */
    private void constant(Field field) throws IllegalAccessException {
        Object value = field.get(null);
        if (value instanceof Ioctl ioctl) {
            is("(unsigned int) " + field.getName(), Integer.toUnsignedLong(ioctl.number()));
        } else if (value instanceof Integer flag) {
            is("(unsigned int) " + field.getName(), Integer.toUnsignedLong(flag));
        }
    }
}
