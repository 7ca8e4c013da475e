// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Announcement;
import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * One who hears every announcement: a listener, or in its place what waits for the next one of the same name. The gate is
 * passed for both, so that none is told twice and none falls between.
 */
final class Ear implements Announcements {

    /** Announcements that wait at most, about 1 KiB each. */
    private static final int KEPT = 32_768;

    private final String name;
    private final Ears ears;
    private final Consumer<Ear> closed;
    private final Gate gate;
    private final HandlerFailures failures;

    private AnnouncementListener listener; // within the gate; null once it was left, which frees its class loader
    private Queue<Announcement> kept; // within the gate; null while the listener hears
    private boolean lostBefore; // within the gate: before all that is kept
    private boolean lostAfter; // within the gate: after all that is kept
    private volatile boolean left;

    Ear(String name, AnnouncementListener listener, Ears ears, Consumer<Ear> closed) {
        this.name = name;
        this.listener = listener;
        this.ears = ears;
        this.closed = closed;
        this.gate = ears.gate(name);
        this.failures = ears.failures(name);
    }

    void announced(Announcement announcement) {
        within(() -> {
            if (kept == null) {
                failures.survive(() -> listener.announced(announcement));
            } else if (kept.size() < KEPT && !lostAfter) {
                kept.add(announcement);
            } else {
                lostAfter = true;
            }
        });
    }

    void lost() {
        within(() -> {
            if (kept == null) {
                failures.survive(listener::lost);
            } else {
                lostAfter = true;
            }
        });
    }

    private void within(Runnable task) {
        if (gate.enter()) {
            try {
                task.run();
            } finally {
                gate.leave();
            }
        }
    }

    boolean isClosed() {
        return gate.isShut();
    }

    boolean isLeftTo(Ear successor) {
        return left && name.equals(successor.name);
    }

    /** On the loop. */
    void giveTo(Ear successor) {
        within(() -> {
            if (lostBefore) {
                successor.lost();
            }
            kept.forEach(successor::announced);
            if (lostAfter) {
                successor.lost();
            }
        });
    }

    @Override
    public void pause() {
        within(() -> {
            if (kept == null) {
                kept = new ArrayDeque<>();
            }
        });
    }

    @Override
    public void leave(Duration handover, boolean lost) {
        pause();
        within(() -> {
            listener = null;
            lostBefore = lost;
            left = true;
            closed.accept(this);
            ears.keep(this, handover);
        });
    }

    /** Ends it; returns when the listener does not run, unless it is the listener that calls. */
    @Override
    public void close() {
        if (!left) {
            gate.refuse();
            ears.remove(this);
            gate.shut();
            closed.accept(this);
        }
    }
}
