// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.HangingApplication;
import io.callgate.itests.harness.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine with the whole gateway and an application that hangs when it is told to, seen from outside by QEMU's word on
 * its watchdog card, and judged by the machine's own clock. {@code -Dcallgate.watchdog.rounds=100} for the soak.
 */
@MachineTest
@Timeout(value = 60, unit = TimeUnit.MINUTES) // each is bounded by its own deadlines
class WatchdogGatewayMachineTest {

    private static final Duration DEADLINE = Duration.ofMinutes(4);
    private static final int ROUNDS = Integer.getInteger("callgate.watchdog.rounds", 5);
    private static final int TIMEOUT = 16;
    private static final int STOPPED = 6; // less than half of it
    private static final int FEEDING = 2;
    private static final int CLIENT_DEADLINE = 3;
    private static final int LONGER_THAN_A_START = 150; // of the gateway, emulated, beside others
    private static final Path HANG = Path.of("/tmp/hang");

    /** Starts the gateway with an armed card, and the application in it. */
    private static final String START = """
            callgate=%s/bin/callgate data=/tmp/gateway-data
            export CALLGATE_DATA=$data CALLGATE_OPTS=-XX:UseAVX=0 # AVX is slow where it is emulated
            shell() { nice -n -15 $callgate shell "$@"; } # not what is tested, so not what is to last
            sysfs=$(dirname $(grep -l i6300ESB /sys/class/watchdog/*/identity))
            mkdir -p $data/configs $data/deploy
            card() { # card TIMEOUT
                echo '{"identity": "i6300ESB timer", "timeout": '$1', "armed": true, "feedingInterval": %d}' >$data/card
                mv $data/card $data/configs/io.callgate.watchdog.watchdog~card.json
            }
            taken() { until [ $(cat $sysfs/timeout) = $1 ]; do sleep .1; done; }
            state() { until [ $(cat $sysfs/state) = $1 ]; do sleep .1; done; }
            armed() { until shell watchdog:status | grep '^card .* yes'; do sleep .2; done; }
            uptime() { cut -d' ' -f1 /proc/uptime; }
            card %d
            echo '%s' >$data/configs/io.callgate.watchdog.json
            $callgate run </dev/null 2>&1 | tee /tmp/gateway.log &
            state active # of the card: a shell that asks would take the start's processors
            until grep -q 'is live after' /tmp/gateway.log; do sleep .2; done
            cp %s $data/deploy/pump.jar
            until grep -q 'pump.jar: .* is new, live' /tmp/gateway.log; do sleep .2; done
            until shell watchdog:clients | grep -q it.pump; do sleep .2; done
            echo looked-after
            """;

    /** All of it while every processor is busy; then nobody disturbs it, and the application hangs. */
    private static final String DISTURB_THEN_HANG = """
            provider=$(shell lb -s | grep watchdog.provider | cut -d'|' -f1)
            jvm=$(pgrep -f '[l]auncher.Main run')
            for each in $(seq $(nproc)); do while :; do :; done & load="$load $!"; done
            for round in $(seq %d); do
                nice -n -15 jcmd $jvm GC.run >/dev/null && echo collected
                kill -STOP $jvm && sleep %d && kill -CONT $jvm && echo stopped
                date -s '+1 day' >/dev/null && sleep 1 && date -s '-1 day' >/dev/null && echo jumped
                timeout=$((%d - round %% 2)) && card $timeout && taken $timeout && echo reconfigured
                shell update $provider && armed && echo updated
                kill -0 $load && echo loaded
                echo disturbed $round
            done
            kill $load
            touch /tmp/hang
            echo hung $(uptime)
            while :; do echo now $(uptime); sleep .2; done
            """;

    /** A card that nobody can disarm; and a short timeout again once the gateway has come back for the last rung. */
    private static final String TRY_TO_DISARM_THEN_HANG = """
            cat $sysfs/nowayout
            shell watchdog:disarm card
            echo disarmed with $?, $(cat $sysfs/state)
            armed
            touch /tmp/hang
            until [ $(grep -c 'is live after' /tmp/gateway.log) = 2 ]; do sleep .5; done
            until grep -q 'the watchdogs are fed no more' /tmp/gateway.log; do sleep .5; done
            card 5
            sleep 600
            """;

    private static final String WITHOUT_A_WAY_OUT = """
            /run/lab-bin/busybox rmmod i6300esb
            /run/lab-bin/busybox insmod $(find $LAB_MODULES -name i6300esb.ko) nowayout=1
            """;

    @TempDir
    Path folder;

    private Machine machine(String before, int timeout, String supervision, String then) throws Exception {
        Image image = Image.built();
        Path jar = HangingApplication.write(image, folder.resolve("pump.jar"), HANG, CLIENT_DEADLINE * 1000);
        String start = START.formatted(image.home(), FEEDING * 1000, timeout, supervision, jar);
        return Machine.start(folder, List.of("--watchdog", "reset", "--time", "3000"), before + start + then);
    }

    /** One that fired too early takes the machine away before the application hangs. */
    @Test
    void whatIsNoHangResetsNothingAndAHangResetsInTime() throws Exception {
        String then = DISTURB_THEN_HANG.formatted(ROUNDS, STOPPED, TIMEOUT);
        try (Machine machine = machine("", TIMEOUT, "{\"ladder\": [\"reset\"]}", then)) {
            for (int round = 1; round <= ROUNDS; round++) {
                await(machine, "^disturbed " + round + "$");
            }
            for (String each : List.of("collected", "stopped", "jumped", "reconfigured", "updated", "loaded")) {
                assertThat(machine.output().lines().filter(each::equals).count())
                        .as(each)
                        .isEqualTo(ROUNDS);
            }
            assertThat(machine.qmp().awaitEvent("WATCHDOG", DEADLINE).getString("action"))
                    .isEqualTo("reset");
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
            double hung = numbers(machine.output(), "^hung ([0-9.]+)$").get(0);
            List<Double> alive = numbers(machine.output(), "^now ([0-9.]+)$");
            assertThat(alive.get(alive.size() - 1) - hung)
                    .as("seconds from the hang to the reset: deadline, timeout, one feeding period, two turns")
                    .isLessThan(CLIENT_DEADLINE + TIMEOUT + FEEDING + 1 + stoodStill(alive));
        }
    }

    /** The seconds in which the whole machine did not run, since others used the processors under it. */
    private static double stoodStill(List<Double> alive) {
        double sum = 0;
        for (int i = 1; i < alive.size(); i++) {
            sum += Math.max(0, alive.get(i) - alive.get(i - 1) - 0.5);
        }
        return sum;
    }

    @Test
    @EnabledIfSystemProperty(
            named = "callgate.watchdog.rounds",
            matches = "[0-9]+",
            disabledReason = "two starts of the gateway: itests/soak/run, or itests/lab/test --group machine"
                    + " -Dcallgate.watchdog.rounds=5; WatchdogIT climbs the ladder without a card")
    void aCardWithoutAWayOutIsFedOnAndTheLadderIsClimbedRungByRungToTheReset() throws Exception {
        try (Machine machine =
                machine(WITHOUT_A_WAY_OUT, LONGER_THAN_A_START, "{\"climbSeconds\": 30}", TRY_TO_DISARM_THEN_HANG)) {
            await(machine, "^1$\\n(?s:.*)EBUSY");
            await(machine, "^disarmed with [1-9][0-9]*, active$");
            for (String rung : List.of("component", "bundle", "gateway")) {
                await(machine, "it.pump does not answer: (its|the) " + rung + " is restarted");
            }
            await(machine, "(?s)the gateway is restarted.*is live after");
            await(machine, "it.pump does not answer: the watchdogs are fed no more");
            machine.qmp().awaitEvent("WATCHDOG", DEADLINE);
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
        }
    }

    /** Longer than a machine's own patience: a gateway starts in it, while others use this machine. */
    private static void await(Machine machine, String pattern) {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        try {
            Await.until(pattern, DEADLINE, () -> {
                boolean alive = machine.process().isAlive();
                boolean found = wanted.matcher(machine.output()).find();
                assertThat(found || alive).as("the machine lives").isTrue();
                return found;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + " in\n" + machine.output(), e);
        }
    }

    private static List<Double> numbers(String output, String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(output)
                .results()
                .map(each -> Double.valueOf(each.group(1)))
                .toList();
    }
}
