// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.Ready;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import io.callgate.netlink.UeventParser;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Filter;
import org.osgi.service.log.Logger;

/**
 * Announcements of one origin, to every listener that wants them. The socket is there while somebody listens, and over an update.
 *
 * <p>It is opened a moment after the first listener has come, so that after an update all of them are there before what has waited in the
 * socket is told.
 */
final class Uevents {

    /** Service property that {@link UeventsComponent} adds: the listener's filter as an object. */
    static final String PARSED = "uevent.filter.parsed";

    /** Datagrams per turn of the loop, so that a flood leaves room for others. */
    private static final int BATCH = 256;

    /** Announcements that may wait for one listener. */
    private static final int WAITING = 32_768;

    /** A kernel's message has 2,048 bytes of variables at most, udev's some more. */
    private static final int MESSAGE_BYTES = 64 * 1024;

    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final String UNTOLD = "untold";
    private static final String REFUSED = "a uevent that was not {}'s was refused";

    private final Uevent.Origin origin;
    private final Door door;
    private final NetlinkSettings settings;
    private final KeptHandles handles;
    private final Logger log;
    private final Broadcast<UeventListener> listeners;
    private final byte[] copy = new byte[MESSAGE_BYTES]; // on the loop
    private boolean lost; // on the loop
    private boolean waiting; // guarded by this: it will be opened in a moment
    private boolean closed; // guarded by this
    private NetlinkSocket socket; // guarded by this
    private EventLoop.Registration watch; // guarded by this

    Uevents(
            Uevent.Origin origin,
            Door door,
            NetlinkSettings settings,
            KeptHandles handles,
            Dispatcher dispatcher,
            Logger log) {
        this.origin = origin;
        this.door = door;
        this.settings = settings;
        this.handles = handles;
        this.log = log;
        this.listeners = new Broadcast<>(dispatcher, WAITING);
    }

    void add(UeventListener listener, Map<String, Object> properties, Optional<Filter> filter) {
        Map<String, Object> all = new HashMap<>(properties);
        filter.ifPresent(parsed -> all.put(PARSED, parsed));
        listeners.add(listener, all);
        openIn(MOMENT);
    }

    void remove(UeventListener listener, Map<String, Object> properties) {
        listeners.remove(listener, properties);
        if (listeners.isEmpty()) {
            door.loop().execute(this::closeIfUnused);
        }
    }

    private synchronized void openIn(Duration delay) {
        if (closed || waiting || socket != null) {
            return;
        }
        try {
            door.loop().timer(delay, Duration.ZERO, late -> open());
            waiting = true;
        } catch (IOException e) {
            log.error("Uevents cannot be received", e);
        }
    }

    private synchronized void open() {
        waiting = false;
        if (closed || socket != null || listeners.isEmpty()) {
            return;
        }
        try {
            NetlinkSocket opened = takenOver();
            try {
                watch = door.loop().watch(opened.fd(), Ready.IN, ready -> drain(opened));
                socket = opened;
            } catch (IOException e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            log.warn("Uevents cannot be received, trying again every 5 s: {}", e.getMessage());
            openIn(AGAIN);
        }
    }

    private KeptHandles.Key key() {
        return new KeptHandles.Key("netlink:uevent:" + origin, Map.of());
    }

    private NetlinkSocket takenOver() throws IOException {
        Optional<KeptHandles.Kept> kept = handles.take(key());
        NetlinkSocket taken;
        if (kept.isPresent()) {
            taken = NetlinkSocket.kept(door, kept.get().fd());
            if (Boolean.parseBoolean(kept.get().state().get(UNTOLD))) {
                listeners.send(properties -> true, (listener, missing) -> listener.overrun(missing));
            }
        } else {
            taken = NetlinkSocket.open(door, Netlink.KOBJECT_UEVENT, settings);
            try {
                taken.join(origin.ordinal() + 1); // group 1 is the kernel's, 2 is udev's
            } catch (IOException e) {
                taken.close();
                throw e;
            }
        }
        return origin == Uevent.Origin.UDEV ? taken.trusting(1 << origin.ordinal()) : taken;
    }

    private synchronized void closeIfUnused() {
        if (listeners.isEmpty() && socket != null && !closed) {
            watch.close();
            socket.close();
            socket = null;
        }
    }

    /** What the kernel dropped lies behind what is still in the queue, so that comes first. */
    private void drain(NetlinkSocket from) throws IOException {
        for (int i = 0; i < BATCH; i++) {
            int length = from.receive();
            if (length >= 0) {
                read(from, length);
            } else if (length == NetlinkSocket.LOST) {
                lost = true;
            } else if (length == NetlinkSocket.REFUSED) {
                log.debug(REFUSED, origin);
            } else {
                sayLost();
                return;
            }
        }
    }

    private void read(NetlinkSocket from, int length) {
        from.bytes().get(0, copy, 0, length);
        Optional<Uevent> event =
                origin == Uevent.Origin.KERNEL ? UeventParser.kernel(copy, length) : UeventParser.udev(copy, length);
        if (event.isPresent()) {
            tell(event.get());
        } else {
            log.debug(REFUSED, origin);
        }
    }

    private void tell(Uevent event) {
        Map<String, Object> variables = new HashMap<>(event.variables());
        if (event.synthetic()) {
            variables.put("SYNTHETIC", "true");
        }
        listeners.send(
                properties -> !(properties.get(PARSED) instanceof Filter filter) || filter.matches(variables),
                (listener, missing) -> {
                    if (missing > 0) {
                        listener.overrun(missing);
                    }
                    listener.announced(event);
                });
    }

    private void sayLost() {
        if (lost) {
            lost = false;
            log.info("The kernel dropped uevents: CAP_NET_ADMIN, or a larger net.core.rmem_max, avoids it");
            listeners.send(properties -> true, (listener, missing) -> listener.overrun(missing));
        }
    }

    /** Waits until every listener has been told all that was read; false if one is too slow for that. */
    private boolean flushed() {
        AtomicInteger asked = new AtomicInteger();
        Semaphore told = new Semaphore(0);
        listeners.send(properties -> asked.incrementAndGet() > 0, (listener, missing) -> {
            if (missing > 0) {
                listener.overrun(missing);
            }
            told.release();
        });
        try {
            return told.tryAcquire(asked.get(), LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @param keep whether the socket is left for a successor */
    void close(boolean keep) {
        Fd fd;
        synchronized (this) {
            closed = true;
            if (socket == null) {
                listeners.close();
                return;
            }
            fd = socket.fd();
        }
        watch.close(); // not under the monitor: its handler may be waiting for it
        String untold = Boolean.toString(keep && !flushed());
        listeners.close();
        if (keep) {
            handles.leave(
                    key(),
                    fd,
                    Map.of(UNTOLD, untold),
                    new KeptHandles.Policy(handles.handover(), List.of(), Optional.empty()));
        } else {
            fd.close();
        }
    }
}
