// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Settling;
import io.callgate.resource.Settlings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.Logger;

/**
 * Keeps the services of what is found in devices equal to what the kernel has.
 *
 * <p>The kernel's word about a device is a reason to look at it, on a blocking lane, and what is registered is the
 * difference between what is there and what was. Some drivers make their attributes after the announcement: so a device
 * of which there was news is looked at again for some seconds.
 *
 * @param <F> what is found
 */
final class Discovery<F extends Found> implements AutoCloseable {

    /** Finds what is in a device; has no state. */
    @FunctionalInterface
    interface Scanner<F> {

        /** @throws IOException if the device cannot be looked at, because it goes away for example */
        List<F> scan(KernelDevice device) throws IOException;
    }

    /** Makes a service of what was found. */
    @FunctionalInterface
    interface Maker<F> {

        Offer<?> make(String name, F found);
    }

    /**
     * What is registered.
     *
     * @param properties with the name
     * @param ending is called when the service has left
     */
    record Offer<S>(Class<S> type, S service, Map<String, ?> properties, Runnable ending) {}

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int LOOKS = 5;
    private static final int NAMED = 8;

    /** A device, and who knows what is in it. */
    private record Known<F>(KernelDevice device, Scanner<F> scanner) {}

    /** What is registered, and why. */
    private record Live<F>(F found, Runnable ending, ServiceRegistration<?> registration) {}

    private final String noun;
    private final BundleContext context;
    private final EventLoop loop;
    private final Logger log;
    private final Maker<F> maker;
    private final Dispatcher.Lane lane;
    private final Request lookRequest;
    private final String sign;

    private final Map<Path, Known<F>> known = new ConcurrentHashMap<>();
    private final Set<Path> news = ConcurrentHashMap.newKeySet();
    private final Map<Path, Integer> again = new HashMap<>(); // of the event loop: how often a device is looked at yet
    private final Registrations ticking = new Registrations();
    private final Registrations following = new Registrations();

    private final Map<Path, List<F>> found = new HashMap<>(); // of the lane
    private final Map<String, Live<F>> live = new ConcurrentHashMap<>();
    private final Map<String, F> held = new HashMap<>(); // of the lane: what came too often and has not stayed yet
    private final Settlings settlings;
    private volatile boolean closed;

    /** @param noun what is found, in the plural, for the log */
    Discovery(
            String noun,
            SysTree tree,
            BundleContext context,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log,
            Maker<F> maker) {
        this.noun = noun;
        this.sign = tree.has("power") ? "power" : "uevent";
        this.context = context;
        this.loop = loop;
        this.log = log;
        this.maker = maker;
        this.lane = dispatcher.blockingLane("looking for " + noun, 2);
        this.lookRequest = new Request(lane, this::look);
        this.settlings = new Settlings(context, settled -> lookRequest.ask());
    }

    /** Looks at the devices of a subsystem from now on. */
    void follow(KernelDevices devices, String subsystem, Scanner<F> scanner) {
        try {
            following.keep(devices.follow(subsystem, new Follower(scanner)));
        } catch (IOException e) {
            log.warn("{} of {} are not found: {}", noun, subsystem, e.getMessage());
        }
    }

    /** Somebody has seen that something is missing in a device. Any thread; never blocks. */
    void missing(Path folder) {
        news.add(folder);
        lookRequest.ask();
    }

    /** On the event loop's thread. */
    private final class Follower implements DeviceListener {

        private final Scanner<F> scanner;

        Follower(Scanner<F> scanner) {
            this.scanner = scanner;
        }

        @Override
        public void added(KernelDevice device) {
            changed(device);
        }

        @Override
        public void changed(KernelDevice device) {
            known.put(device.sysPath(), new Known<>(device, scanner));
            heard(device.sysPath());
        }

        @Override
        public void removed(KernelDevice device) {
            known.remove(device.sysPath());
            heard(device.sysPath());
        }
    }

    /** The look comes behind all that the kernel has to say now, so that a name is given in the knowledge of all. */
    private void heard(Path folder) {
        news.add(folder);
        loop.execute(lookRequest::ask);
        if (again.isEmpty()) {
            tickFromNowOn();
        }
        again.put(folder, LOOKS);
    }

    private void tickFromNowOn() {
        try {
            ticking.keep(loop.timer(AGAIN, AGAIN, late -> tick()));
        } catch (IOException e) {
            log.warn("{} that their drivers make later are not found: {}", noun, e.getMessage());
        }
    }

    private void tick() {
        news.addAll(again.keySet());
        again.replaceAll((folder, looks) -> looks - 1);
        again.values().removeIf(looks -> looks == 0);
        if (again.isEmpty()) {
            ticking.end();
        }
        lookRequest.ask();
    }

    private void look() {
        for (Path folder : Set.copyOf(news)) {
            if (closed) {
                return; // whoever stops this waits for it
            }
            news.remove(folder); // before the look: what is heard meanwhile is a reason for another
            look(folder);
        }
        if (!closed) {
            settle();
        }
    }

    private void look(Path folder) {
        Known<F> device = known.get(folder);
        if (device == null) {
            found.remove(folder);
            return;
        }
        try {
            Optional<Object> before = whole(folder);
            List<F> seen = device.scanner.scan(device.device);
            found.put(folder, before.isPresent() && before.equals(whole(folder)) ? seen : List.of());
        } catch (IOException e) {
            found.remove(folder); // most likely it is just going
            log.debug("{} cannot be looked at: {}", folder, e.getMessage());
        }
    }

    /**
     * The sign that all of a device is there: the kernel makes its folder {@code power} after its attributes and takes it
     * away before them, and the next device of the same path has another. What was seen while the sign changed may be half
     * of one device, or of two. A kernel without power management has only {@code uevent}, which comes before the attributes.
     */
    private Optional<Object> whole(Path folder) throws IOException {
        try {
            return Optional.of(Files.readAttributes(folder.resolve(sign), BasicFileAttributes.class)
                    .fileKey());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** What has left goes first: its name may be another's now. */
    private void settle() {
        Map<String, F> wanted =
                Naming.of(found.values().stream().flatMap(Collection::stream).toList());
        Set<String> left = new TreeSet<>();
        live.forEach((name, each) -> {
            if (!each.found.equals(wanted.get(name))) {
                withdraw(name);
                left.add(name);
            }
        });
        say(left, "left");
        Set.copyOf(held.keySet()).forEach(name -> {
            if (!held.get(name).equals(wanted.get(name))) {
                held.remove(name);
                settlings.of(name).goes();
            }
        });
        Set<String> come = new TreeSet<>(wanted.keySet());
        come.removeAll(live.keySet());
        come.removeIf(name -> isHeld(name, wanted.get(name)));
        come.forEach(name -> register(name, wanted.get(name)));
        say(come, "come");
    }

    /** Whether it is not offered yet, having come too often of late. */
    private boolean isHeld(String name, F thing) {
        Settling settling = settlings.of(name);
        if (held.containsKey(name)) {
            if (!settling.isHeld()) {
                held.remove(name);
            }
        } else {
            settling.comes().ifPresent(why -> {
                held.put(name, thing);
                log.info("{}: {}", name, why);
            });
        }
        return held.containsKey(name);
    }

    private void say(Set<String> names, String what) {
        if (!names.isEmpty()) {
            String shown = names.stream().limit(NAMED).collect(Collectors.joining(", "));
            int more = names.size() - NAMED;
            log.info("{} have {}: {}{}", noun, what, shown, more > 0 ? " and " + more + " more" : "");
        }
    }

    private void register(String name, F thing) {
        if (closed) {
            return;
        }
        Offer<?> offer = maker.make(name, thing);
        live.put(name, new Live<>(thing, offer.ending, register(offer)));
        if (closed) {
            withdraw(name);
        }
    }

    private <S> ServiceRegistration<S> register(Offer<S> offer) {
        return context.registerService(offer.type, offer.service, new Hashtable<>(offer.properties));
    }

    /** Whoever takes it out of the map ends it. */
    private void withdraw(String name) {
        Live<F> leaving = live.remove(name);
        if (leaving != null) {
            settlings.of(name).goes();
            leaving.registration.unregister();
            leaving.ending.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        following.close();
        ticking.close();
        lane.close();
        Set.copyOf(live.keySet()).forEach(this::withdraw);
    }
}
