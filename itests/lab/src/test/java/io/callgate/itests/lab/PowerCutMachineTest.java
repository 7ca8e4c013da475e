// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power goes in the middle of writes to an ext4 disk: what was acknowledged by fsync is there at the next boot. */
@MachineTest
class PowerCutMachineTest {

    private static final String MOUNT = "mount -t ext4 /dev/vda /mnt || exit 1\n";

    @TempDir
    Path folder;

    @Test
    void whatWasSyncedIsThereAfterwards() throws Exception {
        Path disk = folder.resolve("disk");
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        List<String> options = List.of("--disk", disk.toString());

        int acknowledged;
        try (Machine machine = Machine.start(folder, options, "mke2fs -q -t ext4 /dev/vda\n" + MOUNT + """
                for ((i = 1; ; i++)); do
                    echo record $i >/mnt/new && sync /mnt/new && mv /mnt/new /mnt/$i && sync /mnt && echo done $i
                done
                """)) {
            machine.await("^done 10$");
            machine.cutPower();
            assertThat(machine.exitStatus()).isEqualTo(Machine.VANISHED);
            acknowledged = (int) machine.output()
                    .lines()
                    .filter(line -> line.matches("done \\d+"))
                    .count();
        }
        assertThat(acknowledged).isGreaterThanOrEqualTo(10);

        String check = "for ((i = 1; i <= %d; i++)); do grep -qx \"record $i\" /mnt/$i || exit 3; done; echo all there";
        try (Machine machine = Machine.start(folder, options, MOUNT + check.formatted(acknowledged))) {
            machine.await("^all there$");
            assertThat(machine.exitStatus()).isZero();
        }
    }
}
