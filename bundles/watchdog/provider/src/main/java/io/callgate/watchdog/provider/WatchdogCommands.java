// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogAttributes;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell's commands for watchdogs. */
@Component(
        service = WatchdogCommands.class,
        property = {
            "osgi.command.scope=watchdog",
            "osgi.command.function=status",
            "osgi.command.function=arm",
            "osgi.command.function=disarm",
            "osgi.command.function=history",
            "osgi.command.function=clients"
        })
public final class WatchdogCommands {

    private final Supervisor supervisor;
    private final Devices devices;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<ConfiguredWatchdog> configured;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            target = "(" + ResourceStatus.NAME + "=" + Watchdog.SYSTEMD + ")")
    volatile Watchdog systemd;

    /** @param devices those that nobody has configured, too */
    @Activate
    public WatchdogCommands(@Reference Supervisor supervisor, @Reference Devices devices) {
        this.supervisor = supervisor;
        this.devices = devices;
    }

    /** All that there are, configured or not. */
    @Descriptor("shows the watchdogs, whether they are armed, and who is late")
    public void status(CommandSession session) throws IOException {
        PrintStream out = session.getConsole();
        Table table =
                new Table("NAME", "DEVICE", "IDENTITY", "ARMED", "TIMEOUT", "PRETIMEOUT", "TIMELEFT", "BOOT", "STATE");
        List<String> shown = new ArrayList<>();
        for (ConfiguredWatchdog each : sorted()) {
            each.device().ifPresent(device -> shown.add(device.name()));
            row(table, each);
        }
        if (systemd != null) {
            table.row(Watchdog.SYSTEMD, "", Watchdog.SYSTEMD, "yes", seconds(systemd.timeout()), "", "", "", "live");
        }
        for (SysfsWatchdog device : devices.all()) {
            if (!shown.contains(device.name())) {
                WatchdogAttributes now = device.read();
                row(table, "", device, now.active() ? "by another" : "no", Optional.of(now), "not configured");
            }
        }
        out.println(table);
        out.println(summary());
    }

    private List<ConfiguredWatchdog> sorted() {
        return configured.stream()
                .sorted(Comparator.comparing(each -> each.status().name()))
                .toList();
    }

    private static void row(Table table, ConfiguredWatchdog each) throws IOException {
        SysfsWatchdog device = each.device().orElse(null);
        Optional<WatchdogAttributes> now = device == null ? Optional.empty() : Optional.of(device.read());
        boolean armed = each.watchdog().isArmed();
        String other = now.map(WatchdogAttributes::active).orElse(false) ? "by another" : "no";
        row(
                table,
                each.status().name(),
                device,
                armed ? "yes" : other,
                now,
                each.status().now().words());
    }

    private static void row(
            Table table,
            String name,
            SysfsWatchdog device,
            String armed,
            Optional<WatchdogAttributes> now,
            String state) {
        table.row(
                name,
                device == null ? "" : device.name(),
                device == null ? "" : device.identity(),
                armed,
                now.flatMap(WatchdogAttributes::timeout)
                        .map(WatchdogCommands::seconds)
                        .orElse(""),
                now.flatMap(WatchdogAttributes::pretimeout)
                        .map(WatchdogCommands::seconds)
                        .orElse(""),
                now.flatMap(WatchdogAttributes::timeLeft)
                        .map(WatchdogCommands::seconds)
                        .orElse(""),
                now.map(WatchdogAttributes::bootStatus)
                        .map(WatchdogCommands::words)
                        .orElse(""),
                state);
    }

    private String summary() {
        List<Client> clients = supervisor.clients();
        String late = clients.stream()
                .filter(Client::isLate)
                .map(each -> each.id().name())
                .collect(Collectors.joining(", "));
        return (supervisor.isSafeMode() ? "SAFE MODE: " + supervisor.safeMode() + "\n" : "")
                + clients.size() + (clients.size() == 1 ? " client, " : " clients, ")
                + (late.isEmpty() ? "none late" : "late: " + late) + "; feeding was late by "
                + supervisor.worstLateness().toMillis() + " ms at worst";
    }

    /** Everything about one. */
    @Descriptor("shows all of one watchdog, its flags as wdctl does")
    public void status(
            CommandSession session, @Descriptor("name of the watchdog, or of its device: watchdog0") String name)
            throws IOException {
        SysfsWatchdog device = device(name);
        WatchdogAttributes now = device.read();
        PrintStream out = session.getConsole();
        Table facts = new Table("DEVICE", device.node().toString());
        facts.row("IDENTITY", now.identity());
        facts.row("STATE", now.active() ? "active" : "inactive");
        facts.row("NOWAYOUT", now.nowayout() ? "yes: once armed it cannot be disarmed" : "no");
        now.timeout().ifPresent(timeout -> facts.row("TIMEOUT", seconds(timeout) + " s"));
        now.timeLeft().ifPresent(left -> facts.row("TIMELEFT", seconds(left) + " s"));
        now.pretimeout().ifPresent(pretimeout -> facts.row("PRETIMEOUT", seconds(pretimeout) + " s"));
        now.pretimeoutGovernor()
                .ifPresent(governor ->
                        facts.row("GOVERNOR", governor + " (of " + String.join(", ", now.pretimeoutGovernors()) + ")"));
        out.println(facts);
        Set<WatchdogFlag> options = now.options().orElse(Set.of());
        Table flags = new Table("FLAG", "DESCRIPTION", "SUPPORTED", "STATUS", "BOOT-STATUS");
        for (WatchdogFlag flag : WatchdogFlag.values()) {
            if (options.contains(flag)
                    || now.status().contains(flag)
                    || now.bootStatus().contains(flag)) {
                flags.row(
                        flag.name(),
                        flag.text(),
                        options.contains(flag) ? "yes" : "",
                        now.status().contains(flag) ? 1 : 0,
                        now.bootStatus().contains(flag) ? 1 : 0);
            }
        }
        out.println(flags);
    }

    private SysfsWatchdog device(String name) {
        Optional<ConfiguredWatchdog> mine = find(name);
        if (mine.isPresent()) {
            return mine.get()
                    .device()
                    .orElseThrow(() -> new IllegalStateException(
                            name + " is " + mine.get().status().now().words()));
        }
        return devices.all().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private Optional<ConfiguredWatchdog> find(String name) {
        return configured.stream()
                .filter(each -> each.status().name().equals(name))
                .findFirst();
    }

    /** Arms it. */
    @Descriptor("arms a watchdog: from now on it is fed while every client keeps its deadline")
    public void arm(CommandSession session, @Descriptor("name of the watchdog") String name) throws IOException {
        Watchdog watchdog = named(name);
        watchdog.arm();
        session.getConsole().println(name + " is armed, timeout " + seconds(watchdog.timeout()) + " s");
    }

    /** Disarms it. */
    @Descriptor("disarms a watchdog, where its driver allows that")
    public void disarm(CommandSession session, @Descriptor("name of the watchdog") String name) throws IOException {
        named(name).disarm();
        session.getConsole().println(name + " is disarmed");
    }

    private Watchdog named(String name) {
        Watchdog ofSystemd = systemd;
        if (ofSystemd != null && name.equals(Watchdog.SYSTEMD)) {
            return ofSystemd;
        }
        return find(name).map(ConfiguredWatchdog::watchdog).orElseThrow(() -> unknown(name));
    }

    private IllegalArgumentException unknown(String name) {
        List<String> names =
                configured.stream().map(each -> each.status().name()).toList();
        return new IllegalArgumentException("no watchdog \"" + name + "\" is configured"
                + Nearest.meant(name, names)
                + " (watchdog:status shows those that are; a new one is a file configs/" + Watchdog.PID + "~" + name
                + ".json)");
    }

    /** Why this machine was started, each time. */
    @Descriptor("shows why this machine and this gateway were started, each time, newest last")
    public void history(CommandSession session) {
        Table table = new Table("TIME", "EVENT", "CAUSE", "DETAIL");
        supervisor
                .entries()
                .forEach(each -> table.row(
                        each.time().toString().substring(0, 19) + "Z",
                        History.lower(each.event()),
                        History.lower(each.cause()),
                        each.detail()));
        session.getConsole().println(table);
    }

    /** Who is looked after. */
    @Descriptor("shows the applications that are looked after, and how long each was quiet")
    public void clients(CommandSession session) {
        Table table = new Table("CLIENT", "DEADLINE", "QUIET", "STATE");
        supervisor.clients().stream()
                .sorted(Comparator.comparing(each -> each.id().name()))
                .forEach(each -> table.row(
                        each.id().name(),
                        each.deadline().toMillis(),
                        each.quiet().toMillis(),
                        (each.isLate() ? "late" : "well") + (each.trouble().isEmpty() ? "" : ": " + each.trouble())));
        session.getConsole().println(table);
    }

    private static String seconds(Duration duration) {
        return Long.toString(duration.toSeconds());
    }

    private static String words(Set<WatchdogFlag> flags) {
        return flags.stream().sorted().map(Enum::name).collect(Collectors.joining(","));
    }
}
