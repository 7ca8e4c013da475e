// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.signals.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * A real-time signal. The event loop only says that there is one. It is taken from the kernel in the listener's lane, and
 * is told there and then: nothing waits in our hands, so nothing is lost when a listener, or this bundle, leaves.
 */
final class QueuedSource implements Source {

    /** Signals for one turn of a lane, so that lanes take turns. */
    private static final int BATCH = 64;

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final SignalCalls calls;
    private final EventLoop loop;
    private final Logger log;
    private final Fd signalfd;
    private final AtomicLong heard = new AtomicLong();
    private Turn turn; // of the listener who has the signals; null before the first

    QueuedSource(Signal signal, SignalCalls calls, EventLoop loop, Logger log) throws IOException {
        this.calls = calls;
        this.loop = loop;
        this.log = log;
        this.signalfd = calls.signalfd(signal);
    }

    @Override
    public void hearers(List<Hearer> hearers) {
        Hearer first = hearers.get(0);
        if (turn != null && turn.hearer == first) {
            return;
        }
        if (turn != null) {
            turn.end();
        }
        turn = new Turn(first);
        turn.begin();
    }

    @Override
    public long heard() {
        return heard.get();
    }

    @Override
    public void close() {
        if (turn != null) {
            turn.end();
        }
        signalfd.close();
    }

    /** The time in which one listener has the signals. */
    private final class Turn {

        private final Hearer hearer;
        private final NativeBuffer info = calls.allocate();
        private final AtomicReference<EventLoop.Registration> watch = new AtomicReference<>();
        private boolean refused; // the kernel does not tell when there is something; guarded by this turn
        private boolean ended; // guarded by this turn, which is held for the taking of a signal, not for the telling

        Turn(Hearer hearer) {
            this.hearer = hearer;
        }

        void begin() {
            hearer.whenFree(this::drain);
        }

        /** After this nothing more is taken for this listener, although it may still be in a call. */
        void end() {
            synchronized (this) {
                ended = true;
            }
            unwatch();
        }

        private void unwatch() {
            EventLoop.Registration registration = watch.getAndSet(null);
            if (registration != null) {
                registration.close();
            }
        }

        private void drain() throws Exception {
            unwatch();
            int taken = 0;
            try {
                while (taken < BATCH && take()) {
                    taken++;
                    heard.incrementAndGet();
                    hearer.tell(Siginfo.event(info.bytes()));
                }
            } finally {
                goOn(taken > 0);
            }
        }

        private synchronized boolean take() throws IOException {
            return !ended && calls.read(signalfd, info);
        }

        /** After a listener's exception too. */
        private synchronized void goOn(boolean more) {
            if (ended) {
                return;
            }
            if (more) {
                hearer.whenFree(this::drain);
                return;
            }
            try {
                watch.set(watched());
            } catch (IOException e) {
                log.error("{} is not heard any more: {}", signalfd.subject(), e.getMessage());
            }
        }

        /** Where the kernel refuses to watch (fs.epoll.max_user_watches, memory), looks every second until it does not. */
        private EventLoop.Registration watched() throws IOException {
            try {
                EventLoop.Registration registration = loop.watch(signalfd, Ready.IN, bits -> ready());
                refused = false;
                return registration;
            } catch (ErrnoException e) {
                if (!refused) {
                    log.error("{} cannot be watched: {}: looks every second", signalfd.subject(), e.getMessage());
                }
                refused = true;
                return loop.timer(AGAIN, AGAIN, late -> ready());
            }
        }

        /** On the loop's thread; may be too early for {@link #goOn}, then it is called again. */
        private void ready() {
            EventLoop.Registration registration = watch.getAndSet(null);
            if (registration != null) {
                registration.close();
                hearer.whenFree(this::drain);
            }
        }
    }
}
