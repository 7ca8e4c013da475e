// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingHandler;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The reading end: an application's, or that of the ring's own thread. For one thread, except {@link #end} and those it calls. */
final class OpenConsumer implements RingConsumer {

    /** A sleep ends by itself after so long: then a stop is seen, an interruption, and a wake-up that was missed. */
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** If producers cannot be made to see at once that we sleep. */
    private static final long SLICE_WITHOUT_BARRIER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** While something is claimed and not committed, its producer may die any time. */
    private static final long STUCK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How it waits. */
    static final class Sleep {

        private final Futex futex;
        private final Barrier barrier;
        private final long spinNanos;
        private final long sliceNanos;

        Sleep(Futex futex, Barrier barrier, RingSettings settings) {
            this.futex = futex;
            this.barrier = barrier;
            this.spinNanos = settings.spinNanos();
            long longest = barrier.isAvailable() ? SLICE_NANOS : SLICE_WITHOUT_BARRIER_NANOS;
            this.sliceNanos = settings.pollNanos() > 0 ? Math.min(settings.pollNanos(), longest) : longest;
        }
    }

    private final OpenRing owner;
    private final RingMemory ring;
    private final RingReader reader;
    private final Releaser releaser;
    private final Sleep sleep;
    private final Thread opener = Thread.currentThread();
    private final AtomicBoolean inside = new AtomicBoolean();
    private volatile boolean ending;
    private volatile boolean looking = true;

    OpenConsumer(OpenRing owner, RingMemory ring, RingReader reader, Releaser releaser, Sleep sleep) {
        this.owner = owner;
        this.ring = ring;
        this.reader = reader;
        this.releaser = releaser;
        this.sleep = sleep;
    }

    String who() {
        return "thread " + opener.getName() + " of this gateway";
    }

    /** At the next opportunity look for claims of the dead. */
    void look() {
        looking = true;
    }

    @Override
    public int poll(RingHandler handler, int limit) throws RingGoneException {
        try {
            return polls(handler, limit);
        } catch (InternalError e) { // of a truncated file, which the runtime may tell as late as on the way out
            inside.setRelease(false);
            if (owner.file().isIntact()) {
                throw e; // the handler's own
            }
            throw ring.faulted();
        }
    }

    private int polls(RingHandler handler, int limit) throws RingGoneException {
        enter();
        try {
            checkThere();
            int messages = reader.poll(handler, limit);
            if (looking) {
                looking = false;
                releaser.look(System.nanoTime());
                return messages > 0 ? messages : reader.poll(handler, limit);
            }
            return messages;
        } finally {
            inside.setRelease(false);
        }
    }

    /** Before the look at whether this is ending, as whoever ends it says so before it looks at this. */
    private void enter() {
        if (sleep.barrier.isAvailable()) {
            inside.setOpaque(true); // the one that ends it makes the barrier for both
        } else {
            inside.set(true);
        }
    }

    private void checkThere() throws RingGoneException {
        if (ending) {
            throw owner.file().fate("is not read by this consumer any more");
        }
    }

    @Override
    public boolean await(Duration limit) throws IOException {
        try {
            return awaits(limit);
        } catch (InternalError e) { // as in poll
            inside.setRelease(false);
            throw ring.faulted();
        }
    }

    private boolean awaits(Duration limit) throws IOException {
        long begin = System.nanoTime();
        long most = limit.getSeconds() >= Long.MAX_VALUE / 2_000_000_000 ? Long.MAX_VALUE : limit.toNanos();
        enter();
        try {
            checkThere();
            boolean came = spin(begin, Math.min(most, sleep.spinNanos)) || sleep(begin, most);
            if (!ending) {
                ring.check();
            }
            return came;
        } finally {
            inside.setRelease(false);
        }
    }

    private boolean spin(long begin, long most) {
        do {
            if (reader.hasMore()) {
                return true;
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - begin < most && !ending);
        return false;
    }

    private boolean sleep(long begin, long most) throws IOException {
        for (long left = most - (System.nanoTime() - begin);
                left > 0 && !ending;
                left = most - (System.nanoTime() - begin)) {
            boolean stuck = ring.tail() > ring.head();
            if (looking || stuck) {
                looking = false;
                releaser.look(System.nanoTime());
            }
            ring.sleeping(true);
            sleep.barrier.everywhere();
            if (!reader.hasMore() && !ending) {
                sleep.futex.await(1, Math.min(left, stuck ? STUCK_NANOS : sleep.sliceNanos));
            }
            ring.sleeping(false);
            if (reader.hasMore()) {
                return true;
            }
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted while waiting for ring " + owner.name());
            }
        }
        return false;
    }

    @Override
    public void close() {
        ending = true;
        owner.leave(this);
    }

    /** No more messages; does not wait for the one that is being told. */
    void halt() {
        ending = true;
        reader.halt();
        if (owner.file().isIntact()) {
            ring.sleeping(false);
            owner.sleeper().wake();
        }
    }

    /** Ends what it does, and waits for that, at most a second. */
    void end() throws IOException {
        long begin = System.nanoTime();
        ending = true;
        sleep.barrier.everywhere();
        while (inside.get() && Thread.currentThread() != opener && System.nanoTime() - begin < PATIENCE_NANOS) {
            halt();
            LockSupport.parkNanos(STEP_NANOS);
        }
        close();
    }
}
