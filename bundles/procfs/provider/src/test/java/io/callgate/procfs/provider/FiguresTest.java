// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.procfs.PressureResource;
import io.callgate.procfs.Self;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;

/** The components on a fake /proc in a folder. */
class FiguresTest {

    @TempDir
    Path proc;

    private final FakeLinux kernel = new FakeLinux();
    private BundleContext context;

    @BeforeEach
    void tree() throws IOException {
        kernel.tree(proc);
        context =
                new FakeRegistry().property(ProcRoot.PROPERTY, proc.toString()).context();
        write("loadavg", Samples.LOADAVG);
        write("uptime", Samples.UPTIME);
        write("meminfo", Samples.MEMINFO);
        write("stat", Samples.STAT);
        write("net/dev", Samples.NET_DEV);
        write("self/mountinfo", Samples.MOUNTINFO);
        write("self/stat", Samples.SELF_STAT);
        write("self/status", Samples.SELF_STATUS);
        for (int fd = 0; fd < 6; fd++) {
            write("self/fd/" + fd, "");
        }
        write("pressure/cpu", Samples.PRESSURE_OLD);
        write("pressure/memory", Samples.PRESSURE);
        write("pressure/io", Samples.PRESSURE);
        kernel.onCall("getrusage", arguments -> {
            NativeBuffer usage = (NativeBuffer) arguments[1];
            usage.bytes().putLong(16 * Long.BYTES, 5000).putLong(17 * Long.BYTES, 70);
            return 0;
        });
    }

    private void write(String path, String text) throws IOException {
        Path file = proc.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private ProcfsCommands commands() {
        return new ProcfsCommands(
                new ProcLoadAverage(context, kernel, kernel),
                new ProcMemory(context, kernel, kernel),
                new ProcCpu(context, kernel, kernel),
                new ProcNet(context, kernel, kernel),
                new ProcUptime(context, kernel, kernel),
                new ProcMounts(context, kernel, kernel),
                new ProcSelf(context, kernel, kernel, kernel));
    }

    @Test
    void theOwnProcessWithTheSwitchesOfAllItsThreads() throws IOException {
        ProcSelf self = new ProcSelf(context, kernel, kernel, kernel);
        assertThat(self.read())
                .isEqualTo(new Self(
                        9027,
                        33,
                        5,
                        90000L << 10,
                        91000L << 10,
                        4700000L << 10,
                        128 << 10,
                        Duration.ofMillis(2500),
                        Duration.ofMillis(500),
                        105,
                        7,
                        5000,
                        70,
                        Duration.ofMillis(1340560)));
        self.close();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void pressureOfEachResourceIsItsOwn() throws IOException {
        ProcPressure pressure = new ProcPressure(context, kernel, kernel);
        assertThat(pressure.read(PressureResource.CPU).full()).isEmpty();
        assertThat(pressure.read(PressureResource.MEMORY).some().totalMicros()).isEqualTo(123456);
        pressure.close();
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aSnapshotIsNewAtEachRead() throws IOException {
        ProcLoadAverage load = new ProcLoadAverage(context, kernel, kernel);
        assertThat(load.read().oneMinute()).isEqualTo(0.14);
        write("loadavg", "7.5 0.33 1.18 2/94 9027\n");
        assertThat(load.read().oneMinute()).isEqualTo(7.5);
    }

    @Test
    void commandsAreAlignedColumns() throws IOException {
        ProcfsCommands commands = commands();
        assertThat(commands.load()).isEqualTo("""
                        1MIN  5MIN  15MIN  RUNNABLE  THREADS
                        0.14  0.33   1.18         2       94""");
        assertThat(commands.memory()).isEqualTo("""
                                 TOTAL   USED  AVAILABLE    FREE  CACHED  SHARED  DIRTY
                        memory  3931.3  632.4     3298.9  2061.2  1329.9     8.6    0.2
                        swap     975.0    0.4          -   974.6       -       -      -""");
        assertThat(commands.uptime()).isEqualTo("""
                        UP           SECONDS  IDLE-SECONDS
                        0d 00:22:20     1340          2496""");
        assertThat(commands.mounts().lines())
                .contains(
                        "/mnt two    ext3     /dev/root  rw      noatime",
                        "/           ext4     /dev/vda   ro      relatime");
        assertThat(commands.net().lines())
                .anyMatch(line -> line.matches("eth0 +63116443 +2990 +1 +2 +544733 +2901 +7 +8"));
        assertThat(commands.self().lines()).anyMatch(line -> line.matches("resident +87\\.9 +MiB"));
    }

    @Test
    void theProcessorsAreSinceBootAndThenSinceTheLastCall() throws IOException {
        ProcfsCommands commands = commands();
        assertThat(commands.cpu().lines())
                .anyMatch(line -> line.matches("all +6\\.5 +5\\.1 +1\\.3 +0\\.1 +0\\.0 +boot"));
        write("stat", Samples.STAT.replace("cpu0 6643 3 1447 125503", "cpu0 6668 3 1447 125578"));
        assertThat(commands.cpu().lines())
                .anyMatch(line -> line.matches("cpu0 +25\\.0 +25\\.0 +0\\.0 +0\\.0 +0\\.0 +last call"))
                .anyMatch(line -> line.matches("cpu1 +0\\.0 +0\\.0 +0\\.0 +0\\.0 +0\\.0 +last call"));
    }
}
