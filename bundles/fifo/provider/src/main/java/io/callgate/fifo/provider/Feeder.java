// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.RecordListener;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ready;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.Succession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * Gives the records of a FIFO to its listeners, one at a time: in the listener's own lane, when it is free. The event loop
 * only says that there is something. As long as there are records the descriptor is not watched.
 */
final class Feeder {

    /** Records for one turn of a lane, so that lanes take turns. */
    private static final int BATCH = 64;

    /** After a read that failed: what says "hang up" goes on saying so. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    private final Dispatcher dispatcher;
    private final EventLoop loop;
    private final Logger log;
    private final Succession<RecordListener> listeners = new Succession<>();

    private OpenFifo fifo; // null while there is none that is read; guarded by this
    private Turn turn; // of the listener who has the records; null if nobody has; guarded by this

    Feeder(Dispatcher dispatcher, EventLoop loop, Logger log) {
        this.dispatcher = dispatcher;
        this.loop = loop;
        this.log = log;
    }

    /** A listener has come. */
    void add(RecordListener listener, Map<String, ?> properties) {
        listeners.add(listener, properties);
        choose();
    }

    /** A listener has left; it is not called any more when this returns, unless it does not return from a call. */
    void remove(Map<String, ?> properties) {
        listeners.remove(properties);
        choose();
    }

    /** There is a FIFO to read. */
    void begin(OpenFifo opened) {
        synchronized (this) {
            fifo = opened;
        }
        choose();
    }

    /** There is none any more; no listener is called when this returns. */
    void end() {
        synchronized (this) {
            fifo = null;
        }
        choose();
    }

    private synchronized void choose() {
        Succession.Member<RecordListener> first =
                fifo == null ? null : listeners.first().orElse(null);
        if (turn != null && turn.member == first && turn.fifo == fifo) {
            return;
        }
        if (turn != null) {
            turn.end();
            turn = null;
        }
        if (first != null) {
            turn = new Turn(fifo, fifo.reader().orElseThrow(), first);
            turn.begin();
        }
    }

    /** The time in which one listener has the records. */
    private final class Turn {

        private final OpenFifo fifo;
        private final Reader reader;
        private final Succession.Member<RecordListener> member;
        private final Dispatcher.Lane lane;
        private final ByteBuffer record;
        private final Dispatcher.Task drain = this::drain;
        private final AtomicReference<EventLoop.Registration> watch = new AtomicReference<>();
        private volatile boolean ended;
        private boolean failed; // the last read; of the lane
        private boolean refused; // the last watch; of the lane

        Turn(OpenFifo fifo, Reader reader, Succession.Member<RecordListener> member) {
            this.fifo = fifo;
            this.reader = reader;
            this.member = member;
            this.lane = dispatcher.lane(member.listener().getClass().getName(), 1);
            this.record = ByteBuffer.allocate(fifo.recordBytes());
        }

        /** Begins with a drain: there may be records that were read already. */
        void begin() {
            reader.onRenewal(() -> lane.offer(drain));
            lane.offer(drain);
        }

        /** A drain that is running returns first, and sees that it has ended; so nobody watches after this. */
        void end() {
            ended = true;
            reader.onRenewal(() -> {}); // who has left is kept by nobody
            lane.close();
            unwatch();
        }

        private void watch() throws IOException {
            try {
                watch.set(failed ? soon() : watched(reader.fd()));
            } catch (ClosedFdException e) {
                lane.offer(drain); // there is another by now
            }
            if (ended) {
                unwatch();
            }
        }

        private EventLoop.Registration soon() throws IOException {
            return loop.timer(AGAIN, AGAIN, late -> drainAgain());
        }

        /** Where the kernel refuses to watch (fs.epoll.max_user_watches, memory), looks every second until it does not. */
        private EventLoop.Registration watched(Fd fd) throws IOException {
            try {
                EventLoop.Registration registration = loop.watch(fd, Ready.IN, bits -> ready(fd, bits));
                refused = false;
                return registration;
            } catch (ErrnoException e) {
                if (!refused) {
                    log.error("{} cannot be watched: {}: looks every second", fifo, e.getMessage());
                }
                refused = true;
                return soon();
            }
        }

        private void unwatch() {
            EventLoop.Registration registration = watch.getAndSet(null);
            if (registration != null) {
                registration.close();
            }
        }

        /** On the loop's thread; may be too early for {@link #watch}, then it is called again. */
        private void ready(Fd fd, int bits) {
            if ((bits & Ready.HUP) != 0) {
                reader.hungUp(fd);
            }
            drainAgain();
        }

        private void drainAgain() {
            EventLoop.Registration registration = watch.getAndSet(null);
            if (registration != null) {
                registration.close();
                lane.offer(drain);
            }
        }

        private void drain() throws Exception {
            unwatch();
            int taken = 0;
            try {
                while (taken < BATCH && !ended && read()) {
                    taken++;
                    member.listener().record(fifo, record);
                }
            } finally {
                goOn(taken > 0 && !failed);
            }
        }

        private boolean read() {
            try {
                boolean there = fifo.read(record, Duration.ZERO);
                failed = false;
                return there;
            } catch (IOException e) {
                if (!failed && !ended) {
                    log.error("{} cannot be read: {}: tries again every second", fifo, e.getMessage());
                }
                failed = true;
                return false;
            }
        }

        /** After a listener's exception too; only a FIFO that cannot be read is left alone. */
        private void goOn(boolean more) {
            if (ended) {
                return;
            }
            try {
                if (more) {
                    lane.offer(drain);
                } else {
                    watch();
                }
            } catch (IOException e) {
                log.error("no listener gets the records of {}: {}", fifo, e.getMessage());
            }
        }
    }
}
