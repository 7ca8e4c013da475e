// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.platform.Table;
import io.callgate.procfs.Cpu;
import io.callgate.procfs.CpuService;
import io.callgate.procfs.CpuTime;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.LoadAverageService;
import io.callgate.procfs.Memory;
import io.callgate.procfs.MemoryService;
import io.callgate.procfs.Mount;
import io.callgate.procfs.MountService;
import io.callgate.procfs.NetInterface;
import io.callgate.procfs.NetService;
import io.callgate.procfs.Self;
import io.callgate.procfs.SelfService;
import io.callgate.procfs.Uptime;
import io.callgate.procfs.UptimeService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The figures of /proc in the shell. */
@Component(
        service = ProcfsCommands.class,
        property = {
            "osgi.command.scope=procfs",
            "osgi.command.function=load",
            "osgi.command.function=memory",
            "osgi.command.function=cpu",
            "osgi.command.function=net",
            "osgi.command.function=uptime",
            "osgi.command.function=mounts",
            "osgi.command.function=self"
        })
public final class ProcfsCommands {

    private final LoadAverageService load;
    private final MemoryService memory;
    private final CpuService cpu;
    private final NetService net;
    private final UptimeService uptime;
    private final MountService mounts;
    private final SelfService self;
    private Cpu before;

    /** Reads nothing yet. */
    @Activate
    public ProcfsCommands(
            @Reference LoadAverageService load,
            @Reference MemoryService memory,
            @Reference CpuService cpu,
            @Reference NetService net,
            @Reference UptimeService uptime,
            @Reference MountService mounts,
            @Reference SelfService self) {
        this.load = load;
        this.memory = memory;
        this.cpu = cpu;
        this.net = net;
        this.uptime = uptime;
        this.mounts = mounts;
        this.self = self;
    }

    /** The load averages. */
    @Descriptor("tasks that run or wait for a disk, averaged over 1, 5 and 15 minutes")
    public String load() throws IOException {
        LoadAverage now = load.read();
        return new Table("1MIN", "5MIN", "15MIN", "RUNNABLE", "THREADS")
                .row(
                        hundredths(now.oneMinute()),
                        hundredths(now.fiveMinutes()),
                        hundredths(now.fifteenMinutes()),
                        now.runnable(),
                        now.threads())
                .toString();
    }

    /** The memory. */
    @Descriptor("the system's memory and swap space, in MiB")
    public String memory() throws IOException {
        Memory now = memory.read();
        return new Table("", "TOTAL", "USED", "AVAILABLE", "FREE", "CACHED", "SHARED", "DIRTY")
                .row(
                        "memory",
                        mebibytes(now.totalBytes()),
                        mebibytes(now.usedBytes()),
                        mebibytes(now.availableBytes()),
                        mebibytes(now.freeBytes()),
                        mebibytes(now.cachedBytes()),
                        mebibytes(now.sharedBytes()),
                        mebibytes(now.dirtyBytes()))
                .row(
                        "swap",
                        mebibytes(now.swapTotalBytes()),
                        mebibytes(now.swapUsedBytes()),
                        "-",
                        mebibytes(now.swapFreeBytes()),
                        "-",
                        "-",
                        "-")
                .toString();
    }

    /** The processors since the last call. */
    @Descriptor("how busy the processors were since this command was last given, or since boot; in percent")
    public synchronized String cpu() throws IOException {
        Cpu now = cpu.read();
        Table table = new Table("CPU", "BUSY", "USER", "SYSTEM", "IOWAIT", "STEAL", "SINCE");
        row(table, now.total(), before == null ? null : before.total());
        for (CpuTime each : now.processors()) {
            row(
                    table,
                    each,
                    before == null ? null : before.processor(each.processor()).orElse(null));
        }
        before = now;
        return table.toString();
    }

    private static void row(Table table, CpuTime now, CpuTime before) {
        CpuTime since = before != null ? before : new CpuTime(now.processor(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        double total = Math.max(1, now.totalNanos() - since.totalNanos());
        table.row(
                now.processor() == CpuTime.ALL ? "all" : "cpu" + now.processor(),
                percent(now.utilisationSince(since)),
                percent((now.userNanos() + now.niceNanos() - since.userNanos() - since.niceNanos()) / total),
                percent((now.systemNanos() - since.systemNanos()) / total),
                percent((now.ioWaitNanos() - since.ioWaitNanos()) / total),
                percent((now.stealNanos() - since.stealNanos()) / total),
                before == null ? "boot" : "last call");
    }

    /** The network interfaces. */
    @Descriptor("what went through the network interfaces since they came up")
    public String net() throws IOException {
        Table table = new Table(
                "INTERFACE",
                "RX-BYTES",
                "RX-PACKETS",
                "RX-ERRORS",
                "RX-DROPPED",
                "TX-BYTES",
                "TX-PACKETS",
                "TX-ERRORS",
                "TX-DROPPED");
        for (NetInterface each : net.read().interfaces()) {
            NetInterface.Traffic in = each.received();
            NetInterface.Traffic out = each.sent();
            table.row(
                    each.name(),
                    in.bytes(),
                    in.packets(),
                    in.errors(),
                    in.dropped(),
                    out.bytes(),
                    out.packets(),
                    out.errors(),
                    out.dropped());
        }
        return table.toString();
    }

    /** The time since boot. */
    @Descriptor("how long the system has been up")
    public String uptime() throws IOException {
        Uptime now = uptime.read();
        return new Table("UP", "SECONDS", "IDLE-SECONDS")
                .row(daysAndTime(now.up()), now.up().toSeconds(), now.idle().toSeconds())
                .toString();
    }

    /** The mounts. */
    @Descriptor("what is mounted where")
    public String mounts() throws IOException {
        Table table = new Table("MOUNTPOINT", "TYPE", "SOURCE", "ACCESS", "OPTIONS");
        for (Mount each : mounts.read()) {
            List<String> options = each.options().stream()
                    .filter(option -> !option.equals("rw") && !option.equals("ro"))
                    .toList();
            table.row(
                    each.mountPoint(),
                    each.type(),
                    each.source(),
                    each.isReadOnly() ? "ro" : "rw",
                    String.join(",", options));
        }
        return table.toString();
    }

    /** The gateway's process. */
    @Descriptor("the gateway's own process")
    public String self() throws IOException {
        Self now = self.read();
        return new Table("FIGURE", "VALUE", "UNIT")
                .row("pid", now.pid(), "")
                .row("threads", now.threads(), "")
                .row("descriptors", now.descriptors(), "")
                .row("resident", mebibytes(now.residentBytes()), "MiB")
                .row("resident peak", mebibytes(now.peakResidentBytes()), "MiB")
                .row("virtual", mebibytes(now.virtualBytes()), "MiB")
                .row("swapped", mebibytes(now.swappedBytes()), "MiB")
                .row("user time", seconds(now.userTime()), "s")
                .row("system time", seconds(now.systemTime()), "s")
                .row("page faults", now.minorFaults(), "")
                .row("page faults on disk", now.majorFaults(), "")
                .row("voluntary switches", now.voluntarySwitches(), "")
                .row("involuntary switches", now.involuntarySwitches(), "")
                .row("started after boot", seconds(now.startedAfterBoot()), "s")
                .toString();
    }

    static String hundredths(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    private static String percent(double ratio) {
        return String.format(Locale.ROOT, "%.1f", 100 * Math.max(0, Math.min(1, ratio)));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1048576.0);
    }

    private static String seconds(Duration duration) {
        return hundredths(duration.toMillis() / 1000.0);
    }

    private static String daysAndTime(Duration up) {
        return String.format(
                Locale.ROOT,
                "%dd %02d:%02d:%02d",
                up.toDays(),
                up.toHoursPart(),
                up.toMinutesPart(),
                up.toSecondsPart());
    }
}
