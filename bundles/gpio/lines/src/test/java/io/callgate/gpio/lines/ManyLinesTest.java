// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ten chips of a thousand lines, each a service: the work for a line is the same for the first and the last. */
class ManyLinesTest {

    private static final int CHIPS = 10;
    private static final int LINES = 200;

    private final Gateway gateway = new Gateway();
    private final List<FakeChip> chips = new ArrayList<>();

    private void chips() {
        for (int chip = 0; chip < CHIPS; chip++) {
            String[] names = new String[LINES];
            for (int line = 0; line < LINES; line++) {
                names[line] = "L" + chip + "-" + line;
            }
            chips.add(new FakeChip(new FakeBoard("gpiochip" + chip, "bank" + chip, names), "chardev"));
        }
    }

    private void configure() {
        for (int chip = 0; chip < CHIPS; chip++) {
            for (int line = 0; line < LINES; line++) {
                gateway.input("i" + chip + "-" + line, Map.of("chip", "bank" + chip, "offset", line));
            }
        }
    }

    @Test
    void eachLineIsAskedForOnceWhenTheChipsAreThere() {
        chips();
        chips.forEach(gateway::come);
        configure();
        assertThat(gateway.registry.services(DigitalInput.class)).hasSize(CHIPS * LINES);
        assertThat(chips).allMatch(chip -> chip.asked == LINES);
        assertThat(gateway.kernel.registrations()).as("timers").isZero();
        assertThat(gateway.dispatcher.lanes()).as("a lane for each chip").isEqualTo(CHIPS);
    }

    @Test
    void aChipThatComesWakesOnlyThoseThatCouldMeanIt() {
        chips();
        configure();
        gateway.dispatcher.hold();
        gateway.come(chips.get(3));
        gateway.dispatcher.run();
        assertThat(chips.get(3).asked).isEqualTo(LINES);
        assertThat(gateway.registry.services(DigitalInput.class)).hasSize(LINES);
        long looks = gateway.log.lines().size();
        gateway.come(chips.get(4));
        assertThat(gateway.log.lines().size() - looks).as("changes of state").isEqualTo(LINES);
        assertThat(chips.get(3).asked).isEqualTo(LINES);
    }

    @Test
    void anUpdateOfTheBackendIsOneRequestForEachLineAndOneTimerForAll() {
        chips();
        chips.forEach(gateway::come);
        configure();
        chips.forEach(FakeChip::leaveAll);
        assertThat(gateway.kernel.registrations()).as("timers").isEqualTo(1);
        for (FakeChip chip : chips) {
            gateway.go(chip);
            FakeChip next = new FakeChip(chip.board, "chardev");
            gateway.come(next);
            assertThat(next.asked).isEqualTo(LINES);
        }
        gateway.millis(3000);
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.registry.services(DigitalInput.class)).hasSize(CHIPS * LINES);
    }
}
