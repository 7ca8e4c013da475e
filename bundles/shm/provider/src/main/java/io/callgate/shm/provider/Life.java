// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.EventLoop;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.osgi.service.log.Logger;

/**
 * The life of one configured piece of shared memory: finds it or makes it, sees when somebody takes it away, tries again.
 * The kernel tells nobody of a file that is truncated, so it looks every second.
 *
 * <p>Nothing has to be kept for a successor: the memory and what is in it are the file's. All work is done in a lane, one
 * piece after the other.
 *
 * @param <T> what is opened
 */
final class Life<T> {

    static final Duration LOOK = Duration.ofSeconds(1);

    /** What is different from one kind of memory to another. */
    interface Work<T> {

        /** @throws RefusedException if it cannot be had now, with the sentence that says why */
        T open() throws IOException;

        /** Why it is not what it was any more; empty if all is well. */
        Optional<String> lost(T open) throws IOException;

        /** It is there: registers its service. */
        void live(T open);

        /** Ends it for all who hold it. */
        void close(T open) throws IOException;

        /** Its configuration was deleted; called after {@link #close}. @param last null if it was not there */
        void deleted(T last) throws IOException;
    }

    private final ConfiguredResource resource;
    private final Work<T> work;
    private final Logger log;
    private final Dispatcher.Lane lane;
    private final EventLoop loop;
    private EventLoop.Registration looking; // set once, before anybody else sees this
    private volatile boolean closed;

    private T open; // of the lane, and of close() after it; null while there is none
    private boolean over; // guarded by this: close() has looked at open
    private volatile boolean withFile; // with closed: whether its configuration was deleted

    Life(ConfiguredResource resource, Work<T> work, EventLoop loop, Dispatcher dispatcher, Logger log) {
        this.resource = resource;
        this.work = work;
        this.loop = loop;
        this.log = log;
        this.lane = dispatcher.blockingLane("shared memory " + resource.status().name(), 1);
    }

    /** Opens it now, and looks from now on. */
    void begin() throws IOException {
        lane.offer(this::look);
        looking = loop.timer(LOOK, LOOK, late -> lane.offer(this::look));
    }

    private void look() throws IOException {
        if (closed) {
            return;
        }
        if (open != null) {
            Optional<String> why = work.lost(open);
            if (why.isEmpty()) {
                return;
            }
            resource.gone(why.get());
            T lost = open;
            open = null;
            work.close(lost);
        }
        open();
    }

    private void open() {
        try {
            T opened = work.open();
            if (isTaken(opened)) {
                work.live(opened);
            } else {
                end(opened, withFile);
            }
        } catch (RefusedException e) {
            resource.waiting(e.getMessage());
        } catch (IOException e) {
            resource.waiting(e.getMessage() + ": tries again");
        }
    }

    /** False if it comes too late: close() has not waited for it any longer. */
    private synchronized boolean isTaken(T opened) {
        if (!over) {
            open = opened;
        }
        return !over;
    }

    private synchronized T last() {
        over = true;
        return open;
    }

    private void end(T last, boolean deleted) throws IOException {
        if (last != null) {
            work.close(last);
        }
        if (deleted) {
            work.deleted(last);
        }
    }

    /** @param deleted whether the configuration was, so that the memory may have to go too */
    void close(boolean deleted) {
        withFile = deleted;
        closed = true;
        looking.close();
        lane.close();
        if (deleted) {
            resource.gone("its configuration was deleted"); // the status goes last: then the file has gone too
        } else {
            resource.close();
        }
        try {
            end(last(), deleted);
        } catch (IOException e) {
            log.warn("{} was not left in good order: {}", resource.status().name(), e.getMessage());
        } finally {
            resource.close();
        }
    }
}
