// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Opens what the gate admits, in the way that a configuration wants; or takes over what a predecessor has left. */
@Component(service = Opener.class)
public final class Opener {

    private static final String TTY = "tty";
    private static final int FIRST_PTY = 136; // /dev/pts has no place in /sys
    private static final int LAST_PTY = 143;

    private final DeviceGate gate;
    private final SysDevices sys;
    private final BlockUse use;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final LinuxCalls calls;
    private final KeptHandles handles;

    /** On this machine's /sys and /proc. */
    @Activate
    public Opener(
            @Reference DeviceGate gate,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxCalls calls,
            @Reference KeptHandles handles) {
        this(gate, Path.of("/sys"), Path.of("/proc"), files, memory, calls, handles);
    }

    Opener(
            DeviceGate gate,
            Path sys,
            Path proc,
            LinuxFiles files,
            LinuxMemory memory,
            LinuxCalls calls,
            KeptHandles handles) {
        this.gate = gate;
        this.sys = new SysDevices(sys);
        this.use = new BlockUse(proc, this.sys, gate);
        this.files = files;
        this.memory = memory;
        this.calls = calls;
        this.handles = handles;
    }

    DeviceGate gate() {
        return gate;
    }

    SysDevices sys() {
        return sys;
    }

    BlockUse use() {
        return use;
    }

    /** All that is decided before the device is opened, so that nothing can fail between that and its keeping. */
    private record Plan(
            Settings settings,
            Path path,
            Node node,
            String subsystem,
            boolean inSys,
            LoopFile file,
            String inUse,
            boolean writes,
            boolean terminal,
            KeptHandles.Key key) {}

    /**
     * Opens a device.
     *
     * @param suspect is told when a call says that it may have gone
     * @throws RefusedException if there is none, or it may not be opened
     */
    Held open(String name, Settings settings, Runnable suspect) throws RefusedException, IOException {
        try (Admitted admitted = gate.admit(settings.path())) {
            Plan plan = plan(admitted, settings);
            Optional<KeptHandles.Kept> kept = handles.take(plan.key);
            Fd fd = kept.isPresent() ? kept.get().fd() : opened(admitted, plan);
            OpenDevice.Opened opened =
                    new OpenDevice.Opened(name, plan.path, plan.node, fd, plan.writes, files, memory, calls, suspect);
            OpenDevice device = plan.node.isBlock()
                    ? new OpenBlockDevice(opened, use, plan.file, settings.direct())
                    : new OpenCharacterDevice(opened);
            return new Held(
                    device,
                    plan.key,
                    plan.subsystem,
                    settings.exclusive(),
                    plan.terminal,
                    plan.inUse,
                    plan.file,
                    plan.inSys,
                    files);
        }
    }

    private Plan plan(Admitted admitted, Settings settings) throws RefusedException, IOException {
        Path path = admitted.path();
        Node node = admitted.node();
        String inUse = node.isBlock() ? inUse(node) : "";
        boolean writes = settings.access().writes() && (inUse.isEmpty() || settings.writeMounted());
        if (settings.access() == Access.WRITE && !writes) {
            throw new RefusedException(path + " is " + inUse + ": unmount it, or set \"access\" to read");
        }
        String subsystem = sys.subsystem(node.number()).orElse("");
        return new Plan(
                settings,
                path,
                node,
                subsystem,
                sys.knows(node.number()),
                new LoopFile(sys.folder(node.number())),
                inUse,
                writes,
                settings.exclusive() && isTerminal(node, subsystem),
                key(node, settings, writes));
    }

    private static boolean isTerminal(Node node, String subsystem) {
        int major = node.number().major();
        return !node.isBlock() && (subsystem.equals(TTY) || major >= FIRST_PTY && major <= LAST_PTY);
    }

    /** A node that was made anew is another device, even with the same number. */
    private static KeptHandles.Key key(Node node, Settings settings, boolean writes) {
        return new KeptHandles.Key(
                "device:" + node.number(),
                Map.of(
                        "node", Long.toString(node.inode()),
                        "access", writes ? settings.access().word() : Access.READ.word(),
                        "exclusive", Boolean.toString(settings.exclusive()),
                        "direct", Boolean.toString(settings.direct())));
    }

    private static OpenFlag[] flags(Plan plan) {
        List<OpenFlag> flags = new ArrayList<>();
        flags.add(plan.writes ? plan.settings.access().flag() : OpenFlag.RDONLY);
        if (plan.settings.exclusive()) {
            flags.add(OpenFlag.EXCL);
        }
        if (plan.settings.direct() && plan.node.isBlock()) {
            flags.add(OpenFlag.DIRECT);
        }
        return flags.toArray(OpenFlag[]::new);
    }

    private Fd opened(Admitted admitted, Plan plan) throws RefusedException, IOException {
        try {
            Fd fd = admitted.open(flags(plan));
            return plan.terminal ? owned(fd, plan.path) : fd;
        } catch (ErrnoException e) {
            throw refusal(e, plan);
        }
    }

    private Fd owned(Fd fd, Path path) throws IOException {
        try {
            files.ioctl(fd, Held.TIOCEXCL, 0);
            return fd;
        } catch (ErrnoException e) {
            fd.close();
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }

    /** In the words of a person who can mend it. */
    private static RefusedException refusal(ErrnoException e, Plan plan) throws IOException {
        if (e.is(Errno.EBUSY)) {
            String by = plan.inUse.isEmpty() ? "another program has it" : "it is " + plan.inUse;
            return new RefusedException(plan.path + " is busy: " + by);
        }
        if (e.is(Errno.EACCES, Errno.EPERM)) {
            return new RefusedException(plan.path + " may not be opened by this user (" + plan.node.permissions()
                    + "), or is read-only: run as a user who may, mend its mode by a udev rule, or set \"access\" to"
                    + " read");
        }
        if (e.is(Errno.EROFS)) {
            return new RefusedException(plan.path + " is read-only: set \"access\" to read");
        }
        throw e;
    }

    private String inUse(Node node) throws IOException {
        return use.of(node.number()).stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /** False if its node stands for another device by now, or for none, or the kernel has taken the device away. */
    boolean isThere(Held held) throws IOException {
        Node before = held.device().node();
        Optional<Node> now = gate.look(held.device().path());
        return now.isPresent()
                && now.get().isDevice()
                && now.get().number().equals(before.number())
                && now.get().inode() == before.inode()
                && (!held.inSys() || sys.knows(before.number()));
    }

    /** Whether it would be opened for writing now. */
    boolean wouldWrite(Held held, Settings settings) throws IOException {
        Node node = held.device().node();
        boolean free = !node.isBlock()
                || settings.writeMounted()
                || !settings.access().writes()
                || inUse(node).isEmpty();
        return settings.access().writes() && free;
    }
}
