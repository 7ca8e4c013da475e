// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The kernel's word that an attribute has changed (sysfs_notify): POLLPRI and POLLERR, until it is read again.
 *
 * <p>Reading takes the driver's time and is not done on the event loop, which would call again and again meanwhile: so
 * one word disarms it, and it is armed again after the read. A change between read and arming is not missed: arming
 * looks first.
 */
final class Notification implements EventLoop.Registration {

    private final EventLoop loop;
    private final Fd fd;
    private final Runnable changed;
    private final AtomicReference<EventLoop.Registration> armed = new AtomicReference<>();
    private volatile boolean closed;

    /** @param changed called on the event loop, at most once for each time it is armed */
    Notification(EventLoop loop, Fd fd, Runnable changed) {
        this.loop = loop;
        this.fd = fd;
        this.changed = changed;
    }

    /** Waits for the next word. */
    void arm() throws IOException {
        if (!closed) {
            armed.set(loop.watch(fd, Ready.PRI | Ready.ERR, this::ready));
            if (closed) {
                disarm();
            }
        }
    }

    /** May come before {@link #arm} knows its registration: then it is called again at once, and finds it. */
    private void ready(int bits) {
        if (disarm()) {
            changed.run();
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
