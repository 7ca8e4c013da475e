// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The kernel's word that a line had an edge: POLLPRI and POLLERR on its value, until that is read again from 0.
 *
 * <p>Reading takes the time of a chip that may be behind a bus, so it is not done on the event loop, which would call
 * again and again meanwhile: one word disarms it, and it is armed again after the read. An edge between read and arming
 * is not missed: arming looks first.
 */
final class EdgeWatch implements AutoCloseable {

    /** Called on the event loop, once for each time it is armed. */
    @FunctionalInterface
    interface Told {

        /** @param nanos on CLOCK_MONOTONIC */
        void edge(EdgeWatch watch, long nanos);
    }

    private final EventLoop loop;
    private final Fd value;
    private final Told told;
    private final AtomicReference<EventLoop.Registration> armed = new AtomicReference<>();
    private volatile boolean closed;

    EdgeWatch(EventLoop loop, Fd value, Told told) {
        this.loop = loop;
        this.value = value;
        this.told = told;
    }

    /** Waits for the next word. */
    void arm() throws IOException {
        if (!closed) {
            armed.set(loop.watch(value, Ready.PRI | Ready.ERR, this::ready));
            if (closed) {
                disarm();
            }
        }
    }

    /** May come before {@link #arm} knows its registration: then it is called again at once, and finds it. */
    private void ready(int bits) {
        long now = System.nanoTime();
        if (disarm()) {
            told.edge(this, now);
        }
    }

    private boolean disarm() {
        EventLoop.Registration registration = armed.getAndSet(null);
        if (registration != null) {
            registration.close();
        }
        return registration != null;
    }

    @Override
    public void close() {
        closed = true;
        disarm();
    }
}
