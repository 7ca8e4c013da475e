// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import io.callgate.platform.NewestLines;
import io.callgate.platform.Watches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The shell's commands for uevents. */
@Component(
        service = UeventCommands.class,
        property = {"osgi.command.scope=uevent", "osgi.command.function=watch", "osgi.command.function=trigger"})
public final class UeventCommands {

    private static final Path SYS = Path.of("/sys");
    private static final List<String> ACTIONS =
            List.of("add", "remove", "change", "move", "online", "offline", "bind", "unbind");

    private final BundleContext context;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final Watches watches = new Watches("uevent:watch");

    /** @param context to register the listener of a watch */
    @Activate
    public UeventCommands(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        this.context = context;
        this.files = files;
        this.memory = memory;
    }

    /** All of the kernel's. */
    @Descriptor("prints devices that come, go and change until Ctrl-C")
    public void watch(
            CommandSession session,
            @Descriptor("only what matches, for example '(SUBSYSTEM=net)' or '(SYNTHETIC=true)'")
                    @Parameter(
                            names = {"-f", "--filter"},
                            absentValue = "")
                    String filter,
            @Descriptor("what udev says after its rules have run, instead of the kernel")
                    @Parameter(
                            names = {"-u", "--udev"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean udev)
            throws Exception {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(UeventListener.ORIGIN, udev ? "udev" : "kernel");
        if (!filter.isEmpty()) {
            check(filter);
            properties.put(UeventListener.FILTER, filter);
        }
        watches.run(
                new NewestLines(NetlinkCommands.WAITING),
                lines -> Watches.closing(context.registerService(UeventListener.class, new Shown(lines), properties)),
                session.getConsole());
    }

    private static void check(String filter) {
        try {
            FrameworkUtil.createFilter(filter);
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("no filter: " + filter + " (" + e.getMessage() + ")", e);
        }
    }

    /** Makes the kernel announce a device. */
    @Descriptor("makes the kernel announce a device as if it had changed; the announcement is marked as synthetic")
    public void trigger(
            @Descriptor("folder of the device: /sys/class/net/lo") String device,
            @Descriptor("add, remove, change, move, online, offline, bind or unbind") String action,
            @Descriptor("variables: KEY=VALUE, letters and digits") String... variables)
            throws IOException {
        if (!ACTIONS.contains(action)) {
            throw new IllegalArgumentException("there is no action " + action + ": " + String.join(", ", ACTIONS));
        }
        for (String each : variables) {
            if (!each.matches("[A-Za-z0-9]+=[A-Za-z0-9]+")) {
                throw new IllegalArgumentException(
                        "the kernel takes KEY=VALUE of letters and digits only, not " + each);
            }
        }
        String text =
                action + " " + UUID.randomUUID() + (variables.length == 0 ? "" : " " + String.join(" ", variables));
        try (Fd file = files.open(folder(device).resolve("uevent"), OpenFlag.WRONLY)) {
            NativeBuffer buffer = memory.allocate(4096);
            files.write(file, buffer, 0, buffer.put(0, text));
        }
    }

    private static Path folder(String device) throws IOException {
        try {
            Path folder = Path.of(device).toRealPath();
            if (!folder.startsWith(SYS) || !Files.exists(folder.resolve("uevent"))) {
                throw new IllegalArgumentException(
                        device + " is no device: name a folder below /sys that has a file uevent");
            }
            return folder;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("there is no " + device, e);
        }
    }

    /** Ends the watches that run. */
    @Deactivate
    public void stop() {
        watches.stop();
    }

    private record Shown(NewestLines lines) implements UeventListener {

        @Override
        public void announced(Uevent event) {
            TreeMap<String, String> rest = new TreeMap<>(event.variables());
            rest.keySet().removeAll(Arrays.asList("ACTION", "DEVPATH", "SUBSYSTEM", "SEQNUM"));
            lines.add(Instant.now() + "  " + event.action() + "  " + event.subsystem() + "  " + event.devpath()
                    + (event.synthetic() ? "  synthetic" : "") + "  " + rest);
        }

        @Override
        public void overrun(long events) {
            lines.add(Instant.now() + "  lost  " + (events == 0 ? "some" : events) + " uevents");
        }
    }
}
