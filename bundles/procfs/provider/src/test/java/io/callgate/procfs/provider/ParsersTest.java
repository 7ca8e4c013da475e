// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.procfs.Cpu;
import io.callgate.procfs.CpuTime;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.Memory;
import io.callgate.procfs.Mount;
import io.callgate.procfs.NetInterface;
import io.callgate.procfs.NetInterface.Traffic;
import io.callgate.procfs.Pressure;
import io.callgate.procfs.Pressure.Stall;
import io.callgate.procfs.PressureResource;
import io.callgate.procfs.Uptime;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParsersTest {

    private static final long KIB = 1024;

    @Test
    void loadAverage() throws IOException {
        assertThat(Texts.parse("/proc/loadavg", Samples.LOADAVG, ProcLoadAverage::parse))
                .isEqualTo(new LoadAverage(0.14, 0.33, 1.18, 2, 94, 9027));
    }

    @Test
    void uptime() throws IOException {
        assertThat(Texts.parse("/proc/uptime", Samples.UPTIME, ProcUptime::parse))
                .isEqualTo(new Uptime(Duration.ofMillis(1340560), Duration.ofMillis(2496120)));
    }

    @Test
    void memoryInBytes() throws IOException {
        assertThat(Texts.parse("/proc/meminfo", Samples.MEMINFO, ProcMemory::parse))
                .isEqualTo(new Memory(
                        4025652 * KIB,
                        2110628 * KIB,
                        3378036 * KIB,
                        72292 * KIB,
                        1361772 * KIB,
                        8856 * KIB,
                        85008 * KIB,
                        168 * KIB,
                        998396 * KIB,
                        998000 * KIB));
    }

    @Test
    void availableMemoryIsEstimatedWhereTheKernelIsOld() throws IOException {
        Memory old = Texts.parse("/proc/meminfo", Samples.MEMINFO_OLD, ProcMemory::parse);
        assertThat(old.availableBytes()).isEqualTo((110016 + 24148 + 214268) * KIB);
        Memory tiny = Texts.parse("/proc/meminfo", Samples.MEMINFO_TINY, ProcMemory::parse);
        assertThat(tiny.availableBytes()).as("not more than there is").isEqualTo(tiny.totalBytes());
        assertThat(tiny.sharedBytes()).isZero();
        assertThat(tiny.swapTotalBytes()).isZero();
    }

    @Test
    void memoryWithoutATotalIsNone() {
        assertThatThrownBy(() -> Texts.parse("/proc/meminfo", "MemFree: 1 kB\n", ProcMemory::parse))
                .hasMessage("/proc/meminfo line 2: expected MemTotal and MemFree before, found the end of the file");
        assertThatThrownBy(() -> Texts.parse("/proc/meminfo", "MemTotal: 1 MB\nMemFree: 1 MB\n", ProcMemory::parse))
                .hasMessage("/proc/meminfo line 1: expected \" kB\", found \" MB\"");
    }

    @Test
    void processorTimesInNanoseconds() throws IOException {
        Cpu cpu = Texts.parse("/proc/stat", Samples.STAT, ProcCpu::parse);
        long tick = 10_000_000;
        assertThat(cpu.total())
                .isEqualTo(new CpuTime(
                        CpuTime.ALL,
                        13689 * tick,
                        7 * tick,
                        3500 * tick,
                        249612 * tick,
                        399 * tick,
                        3 * tick,
                        57 * tick,
                        15 * tick,
                        20 * tick,
                        2 * tick));
        assertThat(cpu.processors()).extracting(CpuTime::processor).containsExactly(0, 1);
        assertThat(cpu.processors().get(1).guestNiceNanos()).isEqualTo(2 * tick);
        assertThat(cpu.contextSwitches()).isEqualTo(583331);
        assertThat(cpu.forks()).isEqualTo(9030);
        assertThat(cpu.running()).isEqualTo(2);
        assertThat(cpu.blocked()).isEqualTo(1);
        assertThat(cpu.boot()).isEqualTo(Instant.ofEpochSecond(1795364400));
    }

    @Test
    void processorTimesOfAnOldKernelWithAProcessorOffline() throws IOException {
        Cpu cpu = Texts.parse("/proc/stat", Samples.STAT_OLD, ProcCpu::parse);
        assertThat(cpu.processors()).extracting(CpuTime::processor).containsExactly(0, 2);
        assertThat(cpu.total().ioWaitNanos()).isZero();
        assertThat(cpu.total().idleNanos()).isEqualTo(11311718L * 10_000_000);
        assertThatThrownBy(() -> Texts.parse("/proc/stat", "cpu  1 2 3\n", ProcCpu::parse))
                .hasMessage("/proc/stat line 1: expected at least 4 times of a processor, found the end of the line");
    }

    @Test
    void networkInterfaces() throws IOException {
        List<NetInterface> all =
                Texts.parse("/proc/net/dev", Samples.NET_DEV, ProcNet::parse).interfaces();
        assertThat(all).extracting(NetInterface::name).containsExactly("lo", "eth0", "wlp0s20f3.100");
        assertThat(all.get(1))
                .isEqualTo(new NetInterface(
                        "eth0",
                        new Traffic(63116443, 2990, 1, 2, 3, 5),
                        new Traffic(544733, 2901, 7, 8, 9, 12),
                        4,
                        6,
                        10,
                        11));
    }

    @Test
    void mounts() throws IOException {
        List<Mount> all = Texts.parse("/proc/self/mountinfo", Samples.MOUNTINFO, ProcMounts::parse);
        assertThat(all).hasSize(5);
        assertThat(all.get(2))
                .isEqualTo(new Mount(
                        36,
                        27,
                        98,
                        0,
                        "/mnt1",
                        "/mnt two",
                        List.of("rw", "noatime"),
                        List.of("master:1", "propagate_from:2", "unbindable"),
                        "ext3",
                        "/dev/root",
                        List.of("rw")));
        assertThat(all.get(0).propagation()).isEmpty();
        assertThat(all.get(1).isReadOnly()).isTrue();
        assertThat(all.get(3).superOptions()).contains("lowerdir=/l/A:/l/B");
        assertThat(all.get(4).mountPoint()).isEqualTo("/tmp/a\\b");
        assertThat(all.get(4).source()).isEmpty();
        assertThat(all.get(4).superOptions()).containsExactly("rw", "size=4k");
    }

    @Test
    void aMountWithoutAHyphenIsToldWithItsLine() {
        String text = "22 27 0:21 / /proc rw - proc proc rw\n23 27 0:22 / /sys rw shared:1\n";
        assertThatThrownBy(() -> Texts.parse("/proc/self/mountinfo", text, ProcMounts::parse))
                .hasMessage("/proc/self/mountinfo line 2: expected \"-\", found the end of the line");
    }

    @Test
    void whatLooksLikeAnEscapeButIsNoneStays() {
        assertThat(ProcMounts.plain("a\\011b\\")).isEqualTo("a\tb\\");
        assertThat(ProcMounts.plain("\\08")).isEqualTo("\\08");
        assertThat(ProcMounts.plain("\\089\\1000")).isEqualTo("\\089@0");
    }

    @Test
    void theProcessWhateverItsNameIs() throws IOException {
        assertThat(Texts.parse("/proc/self/stat", Samples.SELF_STAT, ProcSelf::stat))
                .isEqualTo(new ProcSelf.Stat(9027, 105, 7, 2_500_000_000L, 500_000_000L, 33, 1_340_560_000_000L));
        assertThat(Texts.parse("/proc/self/status", Samples.SELF_STATUS, ProcSelf::sizes))
                .containsExactly(4700000 * KIB, 91000 * KIB, 90000 * KIB, 128 * KIB);
    }

    @Test
    void pressure() throws IOException {
        Pressure io =
                Texts.parse("/proc/pressure/io", Samples.PRESSURE, c -> ProcPressure.parse(PressureResource.IO, c));
        assertThat(io.resource()).isEqualTo(PressureResource.IO);
        assertThat(io.some()).isEqualTo(new Stall(1.5, 0.2, 0.03, 123456));
        assertThat(io.full()).contains(new Stall(0.5, 0.1, 0.01, 23456));
    }

    @Test
    void pressureOfProcessorsOnAnOldKernel() throws IOException {
        Pressure cpu = Texts.parse(
                "/proc/pressure/cpu", Samples.PRESSURE_OLD, c -> ProcPressure.parse(PressureResource.CPU, c));
        assertThat(cpu.some()).isEqualTo(new Stall(0, 12.34, 100, 0));
        assertThat(cpu.full()).isEmpty();
    }
}
