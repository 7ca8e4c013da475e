// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.netlink.Uevent;
import io.callgate.netlink.UeventListener;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Filter;
import org.osgi.service.log.Logger;

/**
 * Announcements of one origin, to every listener that wants them. The source is open while somebody listens, and over an update.
 *
 * <p>It is opened a moment after the first listener has come, so that after an update all of them are there before what has waited is
 * told.
 */
final class Uevents {

    /** Service property that {@link UeventsComponent} adds: the listener's filter as an object. */
    static final String PARSED = "uevent.filter.parsed";

    /** Announcements that may wait for one listener. */
    private static final int WAITING = 32_768;

    private static final Duration MOMENT = Duration.ofMillis(100);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final UeventSource source;
    private final EventLoop loop;
    private final Logger log;
    private final Broadcast<UeventListener> listeners;
    private boolean waiting; // guarded by this: it will be opened in a moment
    private boolean closed; // guarded by this
    private UeventSource.Open open; // guarded by this

    Uevents(UeventSource source, EventLoop loop, Dispatcher dispatcher, Logger log) {
        this.source = source;
        this.loop = loop;
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
            loop.execute(this::closeIfUnused);
        }
    }

    private synchronized void openIn(Duration delay) {
        if (closed || waiting || open != null) {
            return;
        }
        try {
            loop.timer(delay, Duration.ZERO, late -> open());
            waiting = true;
        } catch (IOException e) {
            log.error("Uevents cannot be received", e);
        }
    }

    private synchronized void open() {
        waiting = false;
        if (closed || open != null || listeners.isEmpty()) {
            return;
        }
        try {
            open = source.open(this::tell, this::sayLost);
        } catch (IOException e) {
            log.warn("Uevents cannot be received, trying again every 5 s: {}", e.getMessage());
            openIn(AGAIN);
        }
    }

    private synchronized void closeIfUnused() {
        if (listeners.isEmpty() && open != null && !closed) {
            open.close();
            open = null;
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
        listeners.send(properties -> true, (listener, missing) -> listener.overrun(missing));
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

    /** @param handover for how long the source is left to a successor; zero if there will be none */
    void close(Duration handover) {
        UeventSource.Open leaving;
        synchronized (this) {
            closed = true;
            leaving = open;
        }
        if (leaving != null) { // not under the monitor: its handler may be waiting for it
            leaving.pause();
            if (handover.isZero()) {
                leaving.close();
            } else {
                leaving.leave(handover, !flushed());
            }
        }
        listeners.close();
    }
}
