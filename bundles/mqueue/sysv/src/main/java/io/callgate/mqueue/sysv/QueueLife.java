// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.sysv.Settings.Unlink;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.osgi.service.log.Logger;

/**
 * The life of one configured queue: finds it, sees when somebody removes it, tries again. The kernel tells nobody of
 * either, so it looks every second.
 *
 * <p>Nothing has to be kept for a successor: the queue and its messages are the kernel's. All work is done in a lane, one
 * piece after the other.
 */
final class QueueLife {

    static final Duration LOOK = Duration.ofSeconds(1);

    /** What a life needs around it. */
    record Surroundings(
            Opener opener, QueueCalls calls, EventLoop loop, Dispatcher dispatcher, Time time, Logger log) {}

    private final ConfiguredResource resource;
    private final Settings settings;
    private final Ledger ledger;
    private final Feeder feeder;
    private final Surroundings around;
    private final Dispatcher.Lane lane;
    private EventLoop.Registration looking; // set once, before anybody else sees this
    private volatile boolean closed;

    private SysvQueue queue; // of the lane, and of close() after it; null while there is none
    private boolean created; // as queue

    QueueLife(ConfiguredResource resource, Settings settings, Ledger ledger, Feeder feeder, Surroundings around) {
        this.resource = resource;
        this.settings = settings;
        this.ledger = ledger;
        this.feeder = feeder;
        this.around = around;
        this.lane = around.dispatcher.blockingLane("queue " + resource.status().name(), 1);
    }

    /** Opens it now, and looks from now on. */
    void begin() throws IOException {
        lane.offer(this::look);
        looking = around.loop.timer(LOOK, LOOK, late -> lane.offer(this::look));
    }

    private void look() throws IOException {
        if (closed) {
            return;
        }
        if (queue == null) {
            open();
        } else if (isRemoved()) {
            lose();
        }
    }

    private boolean isRemoved() throws IOException {
        try {
            around.calls.state(queue.id());
            return false;
        } catch (ErrnoException e) {
            return !e.is(Errno.EACCES); // there, but not for us to look at
        }
    }

    private void open() {
        try {
            Opener.Opened opened = around.opener.open(settings, ledger);
            queue = new SysvQueue(
                    resource.status().name(),
                    opened.key(),
                    opened.id(),
                    opened.maxMessageBytes(),
                    around.calls,
                    new Waits(around.calls, around.loop, around.time, around.log),
                    around.time);
            created = opened.created();
            tellOtherSize();
            resource.live(
                    MessageQueue.class,
                    queue,
                    Map.of(MessageQueue.KIND, queue.kind().word(), MessageQueue.ADDRESS, queue.address()));
            if (settings.access() != Settings.Access.SEND) {
                feeder.begin(queue);
            }
        } catch (RefusedException e) {
            resource.waiting(e.getMessage());
        } catch (IOException e) {
            resource.waiting(e.getMessage() + ": tries again");
        }
    }

    /** A queue that is there is taken as it is. */
    private void tellOtherSize() throws IOException {
        if (settings.maxBytes() > 0 && settings.access() != Settings.Access.SEND) {
            long maxBytes = around.calls.state(queue.id()).maxBytes();
            if (maxBytes != settings.maxBytes()) {
                around.log.warn(
                        "queue {} was there already and takes {} bytes, whatever its configuration says: unlink it to have"
                                + " it made anew",
                        queue.address(),
                        maxBytes);
            }
        }
    }

    private void lose() throws IOException {
        feeder.end();
        resource.gone("queue " + queue.address() + " was removed by somebody");
        queue.close();
        queue = null;
        open();
    }

    /**
     * Ends the service; callers who wait get a {@link io.callgate.mqueue.QueueGoneException}.
     *
     * @param deleted whether the configuration was, so that the queue may have to go too
     */
    void close(boolean deleted) {
        closed = true;
        looking.close();
        lane.close();
        feeder.end();
        if (deleted) {
            resource.gone("its configuration was deleted"); // the status goes last: then the queue has gone too
        } else {
            resource.close();
        }
        SysvQueue last = queue;
        if (last != null) {
            close(last);
        }
        if (deleted) {
            if (last != null
                    && (settings.unlink() == Unlink.ALWAYS || settings.unlink() == Unlink.CREATED && created)) {
                remove(last);
            }
            ledger.forget();
            resource.close();
        }
    }

    private void close(SysvQueue last) {
        try {
            last.close();
        } catch (IOException e) {
            around.log.warn("threads that wait for queue {} cannot be signalled: {}", last, e.getMessage());
        }
    }

    private void remove(SysvQueue last) {
        try {
            around.calls.remove(last.id());
            around.log.info("queue {} was removed with its configuration", last.address());
        } catch (ErrnoException e) {
            if (!e.is(Errno.EIDRM, Errno.EINVAL)) {
                around.log.warn(
                        "queue {} stays, although its configuration was deleted: {} (mq:unlink {})",
                        last.address(),
                        e.getMessage(),
                        last.address());
            }
        } catch (IOException e) {
            around.log.warn("queue {} stays: {}", last.address(), e.getMessage());
        }
    }
}
