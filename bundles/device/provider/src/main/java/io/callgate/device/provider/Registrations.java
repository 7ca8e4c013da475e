// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Registrations with the event loop that end together. Thread safe. */
final class Registrations implements AutoCloseable {

    private final List<EventLoop.Registration> kept = new ArrayList<>();
    private boolean closed;

    /** Keeps one to the end; after {@link #close} that is at once. */
    void keep(EventLoop.Registration registration) {
        synchronized (this) {
            if (!closed) {
                kept.add(registration);
                return;
            }
        }
        registration.close();
    }

    /** Ends those that are kept; there may be others afterwards. */
    void end() {
        List<EventLoop.Registration> ending;
        synchronized (this) {
            ending = List.copyOf(kept);
            kept.clear();
        }
        ending.forEach(EventLoop.Registration::close);
    }

    /** Ends those that are kept, and all that come. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end();
    }
}
