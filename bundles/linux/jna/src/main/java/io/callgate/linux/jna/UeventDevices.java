// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Announcement;
import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * What /sys has, kept true by one uevent socket. Bundles see it through {@link BundleKernelDevices}.
 *
 * <p>An announcement is taken as a reason to look: what is told is the difference between what /sys shows now and what
 * was told before. So it does not matter whether the listing or the announcement came first, nor what was lost between,
 * and a device that came and went before we could look was never there. The socket is open before the first listing.
 * Everything here happens on the event loop's thread, except where it says otherwise.
 */
@Component(service = UeventDevices.class)
public final class UeventDevices {

    private static final Path SYS = Path.of("/sys");
    private static final Duration RESCAN = Duration.ofSeconds(5);

    /** Messages per turn of the loop, so that a flood leaves room for others. */
    private static final int BATCH = 256;

    private final EpollLoop loop;
    private final LinuxSockets sockets;
    private final LinuxMemory memory;
    private final Logger log;
    private final SysTree sys;
    private final Duration rescan;
    private final Ears ears;
    private final Map<String, Subsystem> subsystems = new HashMap<>();
    private final Set<EpollLoop.Watch> watches = ConcurrentHashMap.newKeySet();

    private UeventSocket socket;
    private boolean sourceOpen;
    private boolean retrying;
    private boolean lost;
    private boolean lostBefore;
    private boolean ended;

    @Activate
    public UeventDevices(
            @Reference EpollLoop loop,
            @Reference LinuxSockets sockets,
            @Reference LinuxMemory memory,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(loop, sockets, memory, log, SYS, RESCAN);
    }

    UeventDevices(EpollLoop loop, LinuxSockets sockets, LinuxMemory memory, Logger log, Path root, Duration rescan) {
        this.loop = loop;
        this.sockets = sockets;
        this.memory = memory;
        this.log = log;
        this.sys = new SysTree(root);
        this.rescan = rescan;
        this.ears = new Ears(loop, log);
    }

    /** Follows a subsystem; {@code closed} is told when that is over. Any thread. */
    Follower follow(String subsystem, DeviceListener listener, Consumer<Follower> closed) throws IOException {
        if (subsystem.isEmpty() || subsystem.indexOf('/') >= 0 || subsystem.equals("..")) {
            throw new IllegalArgumentException("no name of a subsystem: \"" + subsystem + "\"");
        }
        Follower follower = new Follower(subsystem, listener, closed);
        loop.execute(() -> begin(follower));
        return follower;
    }

    /** Tells of every announcement; {@code closed} is told when that is over. Any thread. */
    Ear listen(String name, AnnouncementListener listener, Consumer<Ear> closed) throws IOException {
        Ear ear = new Ear(name, listener, ears, closed);
        loop.execute(() -> {
            openSourceOrSay();
            ears.add(ear);
        });
        return ear;
    }

    @Deactivate
    void close() {
        UeventSocket open;
        synchronized (this) {
            ended = true;
            open = socket;
        }
        // Not under the monitor: their handlers may be waiting for it.
        watches.forEach(EpollLoop.Watch::close);
        if (open != null) {
            open.close();
        }
    }

    private void begin(Follower follower) {
        if (follower.gate.isShut()) {
            return;
        }
        openSourceOrSay();
        subsystems.computeIfAbsent(follower.subsystem, this::firstLook).welcome(follower);
    }

    private void openSourceOrSay() {
        try {
            openSource();
        } catch (IOException e) {
            log.error("Devices that come and go cannot be followed", e);
        }
    }

    /** Null where announcements cannot be received. */
    synchronized UeventSocket socket() {
        return socket;
    }

    private Subsystem firstLook(String name) {
        Subsystem subsystem = new Subsystem(name);
        subsystem.look();
        return subsystem;
    }

    /** The socket, or a timer in place of it. */
    private synchronized void openSource() throws IOException {
        if (sourceOpen || ended) {
            return;
        }
        try {
            watches.add(watchSocket());
        } catch (IOException e) {
            log.info(
                    "Devices are looked for every {} s, since their announcements cannot be received: {}",
                    rescan.toSeconds(),
                    e.getMessage());
            watches.add(loop.timer(rescan, rescan, expirations -> lookAgain(), watches::remove));
        }
        sourceOpen = true;
    }

    private EpollLoop.Watch watchSocket() throws IOException {
        UeventSocket opened = new UeventSocket(sockets, memory);
        socket = opened; // before its events come
        try {
            return loop.watch(opened.fd(), Ready.IN, ready -> drain(), watches::remove);
        } catch (IOException | RuntimeException e) {
            socket = null;
            opened.close();
            throw e;
        }
    }

    /** For what no announcement will come: once, after the time between two looks where there is no socket at all. */
    private synchronized void lookAgainLater() {
        if (retrying || ended || socket == null) {
            return;
        }
        try {
            watches.add(loop.timer(rescan, Duration.ZERO, expirations -> retry(), watches::remove));
            retrying = true;
        } catch (IOException e) {
            log.error("Devices that could not be read are not tried again before the next announcement", e);
        }
    }

    private void retry() {
        synchronized (this) {
            retrying = false;
        }
        lookAgain();
    }

    /** What was lost cannot be told from what is still in the queue, so that comes first. */
    private void drain() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            switch (socket.receive()) {
                case EVENT -> announced(socket.event());
                case LOST -> lost = true;
                case OTHER -> log.debug("A uevent that is not the kernel's was ignored");
                case NOTHING -> {
                    if (lost) {
                        lost = false;
                        sayLost();
                        ears.lost();
                        lookAgain();
                    }
                    return;
                }
            }
        }
    }

    /** Once; a flood that goes on is no news. */
    private void sayLost() {
        if (!lostBefore) {
            lostBefore = true;
            log.info("The kernel dropped announcements of devices, so /sys was looked at instead, and will be again. "
                    + "CAP_NET_ADMIN, or a larger net.core.rmem_max, avoids it");
        }
    }

    private void announced(Announcement event) {
        ears.announced(event);
        Subsystem subsystem = subsystems.get(event.subsystem());
        if (subsystem == null || isForsaken(subsystem)) {
            return;
        }
        if (event.oldDevpath().isPresent()) {
            subsystem.lookAt(sys.folder(event.oldDevpath().get()), null);
        }
        subsystem.lookAt(sys.folder(event.devpath()), event);
    }

    private void lookAgain() {
        for (Subsystem subsystem : List.copyOf(subsystems.values())) {
            if (!isForsaken(subsystem)) {
                subsystem.look();
            }
        }
    }

    /** Nobody follows it any more: forgotten, so that the next to follow gets a fresh look. */
    private boolean isForsaken(Subsystem subsystem) {
        return subsystem.followers.isEmpty() && subsystems.remove(subsystem.name, subsystem);
    }

    /** What was told of one subsystem, and to whom. */
    private final class Subsystem {

        private final String name;
        private final SortedMap<Path, SysTree.Sighting> devices = new TreeMap<>();
        private final List<Follower> followers = new CopyOnWriteArrayList<>();
        private final Set<Path> unreadable = new HashSet<>();

        Subsystem(String name) {
            this.name = name;
        }

        /** One who comes later is told of all that the others know. */
        void welcome(Follower follower) {
            followers.add(follower);
            follower.place = followers;
            if (follower.gate.isShut()) {
                followers.remove(follower);
            }
            for (SysTree.Sighting sighting : List.copyOf(devices.values())) {
                follower.tell(follower.listener::added, sighting.device());
            }
        }

        void look() {
            Path root = sys.folder("/");
            SortedSet<Path> folders;
            try {
                folders = sys.list(name);
                unreadable.remove(root);
            } catch (IOException e) {
                failed(root, e);
                return;
            }
            for (Path known : List.copyOf(devices.keySet())) {
                if (!folders.contains(known)) {
                    lookAt(known, null);
                }
            }
            for (Path folder : folders) {
                lookAt(folder, null);
            }
        }

        /** One that cannot be read is said once, and does not keep the others from being seen. */
        void lookAt(Path folder, Announcement cause) {
            try {
                reconcile(folder, cause);
                unreadable.remove(folder);
            } catch (IOException e) {
                failed(folder, e);
            }
        }

        private void failed(Path folder, IOException e) {
            if (unreadable.add(folder)) {
                log.error(
                        "{} of {} cannot be read, and is tried again every {} s", folder, name, rescan.toSeconds(), e);
            }
            lookAgainLater();
        }

        /** Tells the difference between what was told of a folder and what is there. */
        private void reconcile(Path folder, Announcement cause) throws IOException {
            SysTree.Sighting known = devices.get(folder);
            Optional<SysTree.Sighting> seen = sys.look(name, folder);
            if (known != null && (seen.isEmpty() || !seen.get().isSame(known))) {
                devices.remove(folder);
                tell(DeviceListener::removed, known.device());
                known = null;
            }
            if (seen.isEmpty()) {
                return;
            }
            SysTree.Sighting now = seen.get();
            SysTree.Sighting told = cause == null || cause.action().equals("remove") ? now : now.announcedBy(cause);
            if (known == null) {
                devices.put(folder, told);
                tell(DeviceListener::added, told.device());
            } else if (cause != null && !cause.action().equals("add")
                    || !now.variables().equals(known.variables())) {
                devices.put(folder, told);
                tell(DeviceListener::changed, told.device());
            }
        }

        private void tell(Telling telling, KernelDevice device) {
            for (Follower follower : followers) {
                follower.tell(changed -> telling.tell(follower.listener, changed), device);
            }
        }
    }

    /** One of the listener's methods. */
    @FunctionalInterface
    private interface Telling {
        void tell(DeviceListener listener, KernelDevice device);
    }

    /** One listener. */
    final class Follower {

        private final String subsystem;
        private final DeviceListener listener;
        private final Consumer<Follower> closed;
        private final Gate gate;
        private final HandlerFailures failures;
        private volatile List<Follower> place = List.of();

        Follower(String subsystem, DeviceListener listener, Consumer<Follower> closed) {
            String name = "A listener for devices of " + subsystem;
            this.subsystem = subsystem;
            this.listener = listener;
            this.closed = closed;
            this.gate = new Gate(name, log);
            this.failures = new HandlerFailures(name, log);
        }

        private void tell(Consumer<KernelDevice> method, KernelDevice device) {
            if (!gate.enter()) {
                return;
            }
            try {
                failures.survive(() -> method.accept(device));
            } finally {
                gate.leave();
            }
        }

        /** Ends it; returns when the listener does not run, unless it is the listener that calls. Any thread. */
        void close() {
            gate.refuse();
            if (!place.isEmpty()) {
                place.remove(this);
            }
            gate.shut();
            closed.accept(this);
        }
    }
}
