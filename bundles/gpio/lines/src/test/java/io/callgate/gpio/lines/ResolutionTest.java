// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalInput;
import io.callgate.resource.ResourceState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which line a configuration means, and the sentences for what it does not. */
class ResolutionTest {

    private final Gateway gateway = new Gateway();
    private final FakeBoard lab = new FakeBoard("gpiochip0", "lab-gpio", "BUTTON", "LED", "LED2", "LED2");
    private final FakeBoard ext = new FakeBoard("gpiochip1", "ext", "LED", "PUMP");

    @BeforeEach
    void chips() {
        gateway.chardev(lab);
        gateway.chardev(ext);
    }

    private String reason(Object... keysAndValues) {
        Gateway.Configured configured = gateway.input("x", keysAndValues);
        assertThat(gateway.state("x")).isEqualTo(ResourceState.WAITING);
        String reason = gateway.reason("x");
        configured.deactivate(Gateway.DELETED);
        return reason;
    }

    @Test
    void aNameOnTwoChipsIsNotGuessed() {
        assertThat(reason("line", "LED"))
                .isEqualTo("line \"LED\" is not unique: ext (gpiochip1) and lab-gpio (gpiochip0) have one of that name"
                        + " (add \"chip\" to the configuration)");
        gateway.input("led", "line", "LED", "chip", "ext");
        assertThat(gateway.registry.properties(gateway.input("led"))).containsEntry("gpio.chip", "gpiochip1");
    }

    @Test
    void aNameThatIsNotUniqueAnyMoreIsSaidOnceAndTheLineIsNotTouched() {
        Gateway.Configured button = gateway.output("bell", "line", "BUTTON");
        FakeChip twin = gateway.chardev(new FakeBoard("gpiochip2", "twin", "BUTTON"));
        gateway.chardev(new FakeBoard("gpiochip3", "more", "X"));
        assertThat(gateway.state("bell")).isEqualTo(ResourceState.LIVE);
        assertThat(lab.done).containsExactly("request 0");
        assertThat(gateway.log.lines("WARN"))
                .containsExactly("WARN bell goes on with its line of lab-gpio (gpiochip0), but line \"BUTTON\" is not"
                        + " unique: lab-gpio (gpiochip0) and twin (gpiochip2) have one of that name"
                        + " (add \"chip\" to the configuration)");
        button.modify(Map.of("line", "BUTTON", "chip", "lab-gpio"));
        gateway.go(twin);
        gateway.come(twin);
        assertThat(gateway.log.lines("WARN")).hasSize(1);
        assertThat(lab.done).containsExactly("request 0", "reconfigure 0");
    }

    @Test
    void aNameThatIsTwiceOnOneChipIsNotGuessed() {
        assertThat(reason("line", "LED2"))
                .isEqualTo("line \"LED2\" is not unique: lines 2 and 3 of lab-gpio (gpiochip0) have that name"
                        + " (name it by its offset)");
    }

    @Test
    void twoChipsOfOneLabelAreNotGuessed() {
        gateway.chardev(new FakeBoard("gpiochip2", "ext", "A"));
        assertThat(reason("chip", "ext", "offset", 0))
                .isEqualTo("chip \"ext\" is not unique: ext (gpiochip1) and ext (gpiochip2) have that label"
                        + " (name the chip by its kernel name)");
        gateway.input("a", "chip", "gpiochip2", "offset", 0);
        assertThat(gateway.find(DigitalInput.class, "a")).isPresent();
    }

    @Test
    void whatIsNearIsSuggested() {
        assertThat(reason("line", "PUNP"))
                .isEqualTo("no line is named \"PUNP\" on ext (gpiochip1) and lab-gpio (gpiochip0), did you mean PUMP?"
                        + " (gpio:lines shows them all)");
        assertThat(reason("line", "BUTON", "chip", "lab-gpio"))
                .isEqualTo("lab-gpio (gpiochip0) has no line named \"BUTON\", did you mean BUTTON?"
                        + " (gpio:lines lab-gpio shows them)");
        assertThat(reason("chip", "lab-gpoi", "offset", 0))
                .isEqualTo("there is no chip \"lab-gpoi\", did you mean lab-gpio?"
                        + " (plug it in, load its driver, or see gpio:chips)");
        assertThat(reason("line", "BUTTON", "backend", "chardef"))
                .isEqualTo("ext (gpiochip1) and lab-gpio (gpiochip0) are served by chardev, not by \"chardef\","
                        + " did you mean chardev? (start io.callgate.gpio.chardef, or take \"backend\" out)");
    }

    @Test
    void anOffsetBeyondTheChipIsSaid() {
        assertThat(reason("chip", "ext", "offset", 2))
                .isEqualTo("ext (gpiochip1) has no line 2: it has 2, from 0 to 1");
    }

    @Test
    void aGroupIsOnOneChip() {
        gateway.group("g", "lines", List.of("BUTTON", "PUMP"));
        assertThat(gateway.reason("g")).startsWith("lab-gpio (gpiochip0) has no line named \"PUMP\"");
        gateway.group("h", "lines", List.of("PUMP", "LED"));
        assertThat(gateway.registry.properties(gateway.group("h"))).containsEntry("gpio.offset", List.of(1, 0));
    }

    @Test
    void sysfsKnowsNoNamesAndItIsSaidWhatDoes() {
        Gateway old = new Gateway();
        old.sysfs(lab);
        old.millis(1250);
        String mend = "lab-gpio (gpiochip0) is served by sysfs, which knows no line names"
                + " (start io.callgate.gpio.chardev, or name the line by \"chip\" and \"offset\")";
        old.input("led", "line", "LED");
        assertThat(old.reason("led")).isEqualTo("line \"LED\" cannot be found by its name: " + mend);
        old.input("same", "line", "LED", "chip", "lab-gpio");
        assertThat(old.reason("same")).isEqualTo("line \"LED\" cannot be found by its name: " + mend);
        old.chardev(lab);
        assertThat(old.state("led")).isEqualTo(ResourceState.LIVE);
    }

    @Test
    void aChipThatWasThereBeforeInAGatewayThatRunsHasHadItsMoment() {
        Chips chips = new Chips(true, gateway.kernel, gateway.log.logger());
        FakeChip before = new FakeChip(lab, "sysfs");
        chips.add(before, Gateway.properties(before));
        chips.start();
        FakeChip after = new FakeChip(ext, "sysfs");
        chips.add(after, Gateway.properties(after));
        assertThat(chips.all()).extracting(KnownChip::isSettled).containsExactly(true, false);
    }
}
