// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.posix.Settings.Unlink;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.osgi.service.log.Logger;

/**
 * The life of one configured queue: opens it, sees when somebody unlinks it, tries again. The kernel tells nobody of
 * either, so it looks every second.
 *
 * <p>Nothing has to be kept for a successor: the queue and its messages are the kernel's, and stay when the descriptor is
 * closed. All work is done in a lane, one piece after the other.
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

    private PosixQueue queue; // of the lane, and of close() after it; null while there is none
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
        } else if (around.calls.identity(queue.fd()).links() == 0) {
            lose();
        }
    }

    private void open() {
        try {
            Opener.Opened opened = around.opener.open(settings, ledger);
            String name = resource.status().name();
            queue = new PosixQueue(
                    name, settings.address(), opened.fd(), around.calls, opened.attributes(), around.time);
            created = opened.created();
            tellOtherSizes(opened.attributes());
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
    private void tellOtherSizes(QueueCalls.Attributes made) {
        boolean fewer = settings.maxMessages() > 0 && settings.maxMessages() != made.maxMessages();
        boolean shorter = settings.maxMessageBytes() > 0 && settings.maxMessageBytes() != made.maxMessageBytes();
        if (fewer || shorter) {
            around.log.warn(
                    "queue {} was there already and takes {} messages of {} bytes, whatever its configuration says:"
                            + " unlink it to have it made anew",
                    settings.address(),
                    made.maxMessages(),
                    made.maxMessageBytes());
        }
    }

    private void lose() {
        feeder.end();
        resource.gone("queue " + settings.address() + " was unlinked by somebody");
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
        if (queue != null) {
            queue.close();
        }
        if (deleted) {
            unlink();
            resource.close();
        }
    }

    private void unlink() {
        boolean ours = queue != null && created;
        if (settings.unlink() == Unlink.ALWAYS || settings.unlink() == Unlink.CREATED && ours) {
            try {
                around.calls.unlink(settings.address());
                around.log.info("queue {} was unlinked with its configuration", settings.address());
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT)) {
                    around.log.warn(
                            "queue {} stays, although its configuration was deleted: {} (mq:unlink {})",
                            settings.address(),
                            e.getMessage(),
                            settings.address());
                }
            } catch (IOException e) {
                around.log.warn("queue {} stays: {}", settings.address(), e.getMessage());
            }
        }
        ledger.forget();
    }
}
