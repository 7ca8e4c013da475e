// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** A chip by its character device: the service, and its requests. */
final class CharDeviceChip implements GpioChip, CharDeviceRequest.Keeper {

    /** The name of this backend. */
    static final String CHARDEV = "chardev";

    private static final int RANKING = 100;

    private final Door door;
    private final CharDevice device;
    private final BiConsumer<CharDeviceChip, LineChange> changed;
    private final BiConsumer<CharDeviceChip, IOException> hangup;
    private final Map<String, List<Integer>> names;
    private final LineChanges changes;
    private final AtomicReference<EventLoop.Registration> watch = new AtomicReference<>();
    private final AtomicReference<ServiceRegistration<GpioChip>> service = new AtomicReference<>();
    private final BitSet watched = new BitSet(); // of the backend's lane

    private final Set<CharDeviceRequest> requests = new HashSet<>(); // guarded by itself
    private boolean ended; // guarded by requests

    /**
     * Opens a chip and asks for the names of its lines.
     *
     * @param changed told, on the event loop, of changes of watched lines
     * @param hangup told, on the event loop, that the kernel took the chip away
     */
    CharDeviceChip(
            Door door,
            Path node,
            BiConsumer<CharDeviceChip, LineChange> changed,
            BiConsumer<CharDeviceChip, IOException> hangup)
            throws IOException {
        this.door = door;
        this.changed = changed;
        this.hangup = hangup;
        this.device = new CharDevice(door, node);
        this.changes = new LineChanges(door, device);
        try {
            this.names = names();
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
    }

    private Map<String, List<Integer>> names() throws IOException {
        Map<String, List<Integer>> found = new HashMap<>();
        for (int offset = 0; offset < device.lines(); offset++) {
            String name = device.line(offset).name();
            if (!name.isEmpty()) {
                found.computeIfAbsent(name, unused -> new ArrayList<>()).add(offset);
            }
        }
        found.replaceAll((name, offsets) -> List.copyOf(offsets));
        return Map.copyOf(found);
    }

    /** Becomes a service, until its end. */
    void publish(BundleContext context) throws IOException {
        watch.set(door.loop().watch(device.fd(), Ready.IN, this::ready));
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(CHIP, name());
        properties.put(LABEL, label());
        properties.put(BACKEND, CHARDEV);
        properties.put(LINES, lineCount());
        properties.put(ATOMIC, true);
        properties.put(Constants.SERVICE_RANKING, RANKING);
        service.set(context.registerService(GpioChip.class, this, properties));
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public String label() {
        return device.label();
    }

    @Override
    public String backend() {
        return CHARDEV;
    }

    @Override
    public int lineCount() {
        return device.lines();
    }

    @Override
    public LineInfo info(int offset) throws IOException {
        return device.line(Objects.checkIndex(offset, lineCount()));
    }

    @Override
    public List<Integer> find(String lineName) {
        return names.getOrDefault(lineName, List.of());
    }

    @Override
    public LineRequest request(RequestConfig config, LineRequest.Owner owner) throws IOException {
        for (int offset : config.offsets()) {
            Objects.checkIndex(offset, lineCount());
        }
        Setup setup = Setup.of(config.lines());
        Optional<CharDeviceRequest> taken = takeOver(config, owner);
        CharDeviceRequest request = taken.isPresent() ? taken.get() : requestAnew(config, setup, owner);
        if (!admit(request)) {
            request.leave();
            throw device.gone("ioctl");
        }
        try {
            if (request.takenOver()) {
                request.reconfigure(config.lines());
            } else {
                request.watchEdges();
            }
        } catch (IOException | RuntimeException e) {
            request.close();
            throw e;
        }
        return request;
    }

    private Optional<CharDeviceRequest> takeOver(RequestConfig config, LineRequest.Owner owner) throws IOException {
        KeptHandles.Kept kept = door.kept().take(Handover.key(name(), config)).orElse(null);
        if (kept == null) {
            return Optional.empty();
        }
        if (isOfAChipThatHasGone(kept.fd())) {
            kept.fd().close();
            return Optional.empty();
        }
        Handover left = Handover.of(kept.state());
        return Optional.of(new CharDeviceRequest(door, device, kept.fd(), config, left, true, owner, this));
    }

    /** Without an ioctl: a chip that went and came back within the handover has the same name. */
    private boolean isOfAChipThatHasGone(Fd fd) throws IOException {
        return (door.waiting().poll(fd, 0, Duration.ZERO) & (Ready.HUP | Ready.ERR)) != 0;
    }

    private CharDeviceRequest requestAnew(RequestConfig config, Setup setup, LineRequest.Owner owner)
            throws IOException {
        long levels = Setup.initial(config.lines());
        Configuration configuration = Configuration.of(setup, levels, 0);
        Fd fd = ask(config, configuration);
        Handover begin =
                new Handover(setup, levels, new Sequences(config.lines().size()).text());
        return new CharDeviceRequest(door, device, fd, config, begin, false, owner, this);
    }

    private Fd ask(RequestConfig config, Configuration configuration) throws IOException {
        try {
            return device.request(config, configuration, subject(config));
        } catch (ErrnoException e) {
            if (e.is(Errno.EBUSY)) {
                throw busy(config, e);
            }
            throw Refusal.of(e, label(), config.lines());
        }
    }

    private String subject(RequestConfig config) {
        List<Integer> offsets = config.offsets();
        return offsets.size() == 1 ? name() + " line " + offsets.get(0) : name() + " lines " + offsets;
    }

    /** With the first line that somebody holds; it may be free again by now. */
    private IOException busy(RequestConfig config, ErrnoException e) throws IOException {
        for (int offset : config.offsets()) {
            LineInfo line = info(offset);
            if (line.used()) {
                LineBusyException busy = new LineBusyException(label(), line);
                busy.initCause(e);
                return busy;
            }
        }
        return e;
    }

    private boolean admit(CharDeviceRequest request) {
        synchronized (requests) {
            return !ended && requests.add(request);
        }
    }

    @Override
    public void ended(CharDeviceRequest request) {
        synchronized (requests) {
            requests.remove(request);
        }
    }

    /** Watches these lines from now on, and no others. In the backend's lane. */
    void watch(BitSet wanted) throws IOException {
        for (int offset = 0; offset < lineCount(); offset++) {
            if (wanted.get(offset) && !watched.get(offset)) {
                device.watch(offset);
            } else if (!wanted.get(offset) && watched.get(offset)) {
                device.unwatch(offset);
            }
            watched.set(offset, wanted.get(offset));
        }
    }

    /** On the event loop. */
    private void ready(int ready) {
        try {
            if ((ready & (Ready.HUP | Ready.ERR)) != 0) {
                throw device.gone("poll");
            }
            for (LineChange change : changes.read()) {
                changed.accept(this, change);
            }
        } catch (ClosedFdException e) {
            unwatch(); // it has ended just now
        } catch (IOException e) {
            unwatch(); // or it would be called again and again
            hangup.accept(this, e);
        }
    }

    private void unwatch() {
        EventLoop.Registration registration = watch.getAndSet(null);
        if (registration != null) {
            registration.close();
        }
    }

    /** The kernel took it away: its requests end too. */
    void gone(IOException reason) {
        end(request -> request.gone(reason));
    }

    /** The backend stops: its requests are left to a successor. */
    void leave() {
        end(CharDeviceRequest::left);
    }

    /** The service goes first, so that an owner who is told finds no chip that has ended. */
    private void end(Consumer<CharDeviceRequest> ending) {
        List<CharDeviceRequest> last;
        synchronized (requests) {
            ended = true;
            last = List.copyOf(requests);
        }
        unwatch();
        ServiceRegistration<GpioChip> registration = service.getAndSet(null);
        if (registration != null) {
            registration.unregister();
        }
        for (CharDeviceRequest request : last) {
            try {
                ending.accept(request);
            } catch (RuntimeException e) {
                door.log().error("An owner of lines of {} failed when it was told that they end", name(), e);
            }
        }
        device.close();
    }
}
