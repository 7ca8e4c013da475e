// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A watchdog that nobody feeds, seen from outside the machine: that it would have fired, and that it resets. */
@MachineTest
class WatchdogMachineTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** i6300esb with a heartbeat of 2 s, armed by an open descriptor, as a program that hangs leaves it. */
    private static final String HANG = """
            /run/lab-bin/busybox rmmod i6300esb
            /run/lab-bin/busybox insmod $LAB_MODULES/drivers/watchdog/i6300esb.ko heartbeat=2
            for each in /sys/class/watchdog/*; do
                [ "$(cat $each/identity)" != 'i6300ESB timer' ] || exec 3>/dev/${each##*/}
            done
            echo armed
            sleep 120
            """;

    @TempDir
    Path folder;

    @Test
    void anExpiryIsToldAndTheGuestGoesOn() throws Exception {
        try (Machine machine = Machine.start(folder, List.of("--watchdog", "none"), HANG)) {
            machine.await("^armed$");
            assertThat(machine.qmp().awaitEvent("WATCHDOG", DEADLINE).getString("action"))
                    .isEqualTo("none");
            assertThat(machine.qmp()
                            .execute("query-status")
                            .getJsonObject("return")
                            .getBoolean("running"))
                    .isTrue();
        }
    }

    @Test
    void anExpiryResetsTheGuest() throws Exception {
        try (Machine machine = Machine.start(folder, List.of("--watchdog", "reset"), HANG)) {
            machine.await("^armed$");
            assertThat(machine.qmp().awaitEvent("WATCHDOG", DEADLINE).getString("action"))
                    .isEqualTo("reset");
            assertThat(machine.qmp().awaitEvent("SHUTDOWN", DEADLINE).getString("reason"))
                    .isEqualTo("guest-reset");
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
        }
    }
}
