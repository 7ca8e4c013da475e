// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.HangingApplication;
import io.callgate.itests.harness.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine with the whole gateway and an application that hangs when it is told to, seen from outside by QEMU's word on
 * its watchdog card. {@code -Dcallgate.watchdog.rounds=100} for the soak.
 */
@MachineTest
@EnabledIfSystemProperty(
        named = "callgate.watchdog.rounds",
        matches = "[0-9]+",
        disabledReason =
                "minutes for each: itests/soak/run, or itests/lab/test --group machine -Dcallgate.watchdog.rounds=5")
@Timeout(value = 60, unit = TimeUnit.MINUTES) // each is bounded by its own deadlines
class WatchdogGatewayMachineTest {

    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final int ROUNDS = Integer.getInteger("callgate.watchdog.rounds", 5);
    private static final int TIMEOUT = 12;
    private static final int LONGER_THAN_A_START = 150; // of the gateway, emulated, beside others
    private static final int CLIENT_DEADLINE = 3;
    private static final Path HANG = Path.of("/tmp/hang");

    /** Starts the gateway with an armed card, and the application in it. */
    private static final String START = """
            callgate=%s/bin/callgate data=/tmp/gateway-data CALLGATE_DATA=/tmp/gateway-data
            export CALLGATE_DATA
            mkdir -p $data/configs $data/deploy
            card() {
                echo '{"identity": "i6300ESB timer", "timeout": %d, "armed": true, "feedingInterval": '$1'}' >$data/card
                mv $data/card $data/configs/io.callgate.watchdog.watchdog~card.json
            }
            card 3000
            echo '%s' >$data/configs/io.callgate.watchdog.json
            $callgate run </dev/null &
            until $callgate shell watchdog:status 2>/dev/null | grep -q '^card .* yes'; do sleep 1; done
            $callgate shell watchdog:status
            cp %s $data/deploy/pump.jar
            until $callgate shell watchdog:clients | grep -q it.pump; do sleep 1; done
            echo looked-after
            """;

    private static final String DISTURB = """
            for round in $(seq %d); do
                jvm=$(pgrep -f '[l]auncher.Main run')
                jcmd $jvm GC.run >/dev/null && echo collected
                kill -STOP $jvm && sleep 5 && kill -CONT $jvm && echo stopped
                date -s '+1 day' >/dev/null && sleep 1 && date -s '-1 day' >/dev/null && echo jumped
                card $((3000 + round)) && sleep 2 && echo reconfigured
                $callgate shell update $($callgate shell lb -s | grep watchdog.provider | cut -d'|' -f1) && echo updated
                for each in 1 2 3 4; do timeout 8 sh -c 'while :; do :; done' & done; sleep 9; echo loaded
                echo disturbed $round
            done
            touch /tmp/hang
            sleep 300
            """;

    private static final String HANG_AND_TELL_THE_TIME = """
            touch /tmp/hang
            echo hung $(cut -d' ' -f1 /proc/uptime)
            while :; do echo now $(cut -d' ' -f1 /proc/uptime); sleep .2; done
            """;

    @TempDir
    Path folder;

    private Machine machine(String action, int timeout, String supervision, String then) throws Exception {
        Image image = Image.built();
        Path jar = HangingApplication.write(image, folder.resolve("pump.jar"), HANG, CLIENT_DEADLINE * 1000);
        String start = START.formatted(image.home(), timeout, supervision, jar);
        return Machine.start(folder, List.of("--watchdog", action, "--time", "1800"), start + then);
    }

    @Test
    void anApplicationThatHangsGetsTheMachineReset() throws Exception {
        try (Machine machine = machine("reset", TIMEOUT, "{\"ladder\": [\"reset\"]}", HANG_AND_TELL_THE_TIME)) {
            await(machine, "^looked-after$");
            assertThat(machine.qmp().awaitEvent("WATCHDOG", DEADLINE).getString("action"))
                    .isEqualTo("reset");
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
            double hung = last(machine.output(), "hung ([0-9.]+)");
            double reset = last(machine.output(), "now ([0-9.]+)");
            int feeding = 3;
            assertThat(reset - hung)
                    .as("seconds from the hang to the reset: deadline, timeout, one feeding period, and two turns")
                    .isLessThan(CLIENT_DEADLINE + TIMEOUT + feeding + 1);
        }
    }

    /** Longer than a machine's own patience: a gateway starts in it, while others use this machine. */
    private static void await(Machine machine, String pattern) {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        try {
            Await.until(
                    pattern, DEADLINE, () -> wanted.matcher(machine.output()).find());
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + " in\n" + machine.output(), e);
        }
    }

    private static double last(String output, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(output);
        double value = Double.NaN;
        while (matcher.find()) {
            value = Double.parseDouble(matcher.group(1));
        }
        return value;
    }

    @Test
    void whatIsNoHangResetsNothing() throws Exception {
        try (Machine machine = machine("none", TIMEOUT, "{\"ladder\": [\"reset\"]}", DISTURB.formatted(ROUNDS))) {
            for (int round = 1; round <= ROUNDS; round++) {
                await(machine, "^disturbed " + round + "$");
            }
            for (String each : List.of("collected", "stopped", "jumped", "reconfigured", "updated", "loaded")) {
                assertThat(machine.output().lines().filter(each::equals).count())
                        .as(each)
                        .isEqualTo(ROUNDS);
            }
            assertThatThrownBy(() -> machine.qmp().awaitEvent("WATCHDOG", Duration.ZERO))
                    .as("the card's word until now")
                    .isInstanceOf(AssertionError.class);
            machine.qmp().awaitEvent("WATCHDOG", DEADLINE); // and now it hangs: the card would have said it
        }
    }

    @Test
    void theLadderIsClimbedRungByRungToTheReset() throws Exception {
        String hang = "touch /tmp/hang; sleep 600\n";
        try (Machine machine = machine("reset", LONGER_THAN_A_START, "{\"climbSeconds\": 90}", hang)) {
            for (String rung : List.of("component", "bundle", "gateway")) {
                await(machine, "it.pump does not answer: (its|the) " + rung + " is restarted");
            }
            await(machine, "(?s)the gateway is restarted.*is live after");
            await(machine, "it.pump does not answer: the watchdogs are fed no more");
            machine.qmp().awaitEvent("WATCHDOG", DEADLINE);
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
        }
    }
}
