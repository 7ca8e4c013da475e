// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Ready;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageListener;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Succession;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * Gives the messages of a queue to its listeners, one at a time.
 *
 * <p>The event loop only says that there is something. A message is taken from the kernel in the listener's own lane, and
 * is told there and then: nothing of it ever waits in our hands, so nothing is lost when a listener, or this bundle,
 * leaves. As long as there are messages the descriptor is not watched.
 */
final class Feeder {

    /** Messages for one turn of a lane, so that lanes take turns. */
    private static final int BATCH = 64;

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Dispatcher dispatcher;
    private final EventLoop loop;
    private final Logger log;
    private final Succession<MessageListener> listeners = new Succession<>();

    private PosixQueue queue; // null while there is none; guarded by this
    private Turn turn; // of the listener who has the messages; null if nobody has; guarded by this

    Feeder(Dispatcher dispatcher, EventLoop loop, Logger log) {
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.log = log;
    }

    /** A listener has come. */
    void add(MessageListener listener, Map<String, ?> properties) {
        listeners.add(listener, properties);
        choose();
    }

    /** A listener has left; it is not called any more when this returns, unless it does not return from a call. */
    void remove(Map<String, ?> properties) {
        listeners.remove(properties);
        choose();
    }

    /** There is a queue to receive from. */
    void begin(PosixQueue opened) {
        synchronized (this) {
            queue = opened;
        }
        choose();
    }

    /** There is none any more; no listener is called when this returns. */
    void end() {
        synchronized (this) {
            queue = null;
        }
        choose();
    }

    private synchronized void choose() {
        Succession.Member<MessageListener> first =
                queue == null ? null : listeners.first().orElse(null);
        if (turn != null && turn.member == first && turn.queue == queue) {
            return;
        }
        if (turn != null) {
            turn.end();
            turn = null;
        }
        if (first != null) {
            turn = new Turn(queue, first);
            turn.begin();
        }
    }

    /** The time in which one listener has the messages. */
    private final class Turn {

        private final PosixQueue queue;
        private final Succession.Member<MessageListener> member;
        private final Dispatcher.Lane lane;
        private final MessageBuffer buffer;
        private final Dispatcher.Task drain = this::drain;
        private final AtomicReference<EventLoop.Registration> watch = new AtomicReference<>();
        private volatile boolean ended;
        private volatile boolean refused; // the kernel does not tell when there is something

        Turn(PosixQueue queue, Succession.Member<MessageListener> member) {
            this.queue = queue;
            this.member = member;
            this.lane = dispatcher.lane(member.listener().getClass().getName(), 1);
            this.buffer = queue.allocate();
        }

        void begin() {
            try {
                watch();
            } catch (IOException e) {
                log.error("no listener gets the messages of {}: {}", queue, e.getMessage());
            }
        }

        /** A drain that is running returns first, and sees that it has ended; so nobody watches after this. */
        void end() {
            ended = true;
            lane.close();
            unwatch();
        }

        private void watch() throws IOException {
            watch.set(watched());
            if (ended) {
                unwatch();
            }
        }

        /** Where the kernel refuses to watch (fs.epoll.max_user_watches, memory), looks every second until it does not. */
        private EventLoop.Registration watched() throws IOException {
            try {
                EventLoop.Registration registration = loop.watch(queue.fd(), Ready.IN, bits -> ready());
                refused = false;
                return registration;
            } catch (ErrnoException e) {
                if (!refused) {
                    log.error("{} cannot be watched: {}: looks every second", queue, e.getMessage());
                }
                refused = true;
                return loop.timer(AGAIN, AGAIN, late -> ready());
            }
        }

        private boolean unwatch() {
            EventLoop.Registration registration = watch.getAndSet(null);
            if (registration == null) {
                return false;
            }
            registration.close();
            return true;
        }

        /** On the loop's thread; may be too early for {@link #watch}, then it is called again. */
        private void ready() {
            if (unwatch()) {
                lane.offer(drain);
            }
        }

        private void drain() throws Exception {
            int taken = 0;
            try {
                while (taken < BATCH && !ended && queue.receive(buffer, Duration.ZERO)) {
                    taken++;
                    member.listener().message(queue, buffer);
                }
            } finally {
                goOn(taken > 0);
            }
        }

        /** After a listener's exception too; only a queue that cannot be read is left alone. */
        private void goOn(boolean more) throws IOException {
            if (ended) {
                return;
            }
            if (more) {
                lane.offer(drain);
            } else if (queue.fd().isOpen()) {
                watch();
            }
        }
    }
}
