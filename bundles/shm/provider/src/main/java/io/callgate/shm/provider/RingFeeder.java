// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.resource.Succession;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingListener;
import io.callgate.shm.RingMessage;
import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/**
 * Gives the messages of a ring to its listeners, one at a time, on a thread of the ring's own: a futex has no descriptor
 * that could tell the event loop. Messages are told where they lie, so nothing ever waits in our hands, and nothing is
 * lost when a listener, or this bundle, leaves.
 */
final class RingFeeder {

    private static final int BATCH = 256;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Logger log;
    private final Succession<RingListener> listeners = new Succession<>();

    private OpenRing ring; // null while there is none; guarded by this
    private Turn turn; // of the listener who has the messages; null if nobody has; guarded by this

    RingFeeder(Logger log) {
        this.log = log;
    }

    /** A listener has come. */
    void add(RingListener listener, Map<String, ?> properties) {
        listeners.add(listener, properties);
        choose();
    }

    /** A listener has left; it is not called any more when this returns, unless it does not return from a call. */
    void remove(Map<String, ?> properties) {
        listeners.remove(properties);
        choose();
    }

    /** There is a ring to read. */
    void begin(OpenRing opened) {
        synchronized (this) {
            ring = opened;
        }
        choose();
    }

    /** There is none any more; no listener is called when this returns. */
    void end() {
        synchronized (this) {
            ring = null;
        }
        choose();
    }

    private synchronized void choose() {
        Succession.Member<RingListener> first =
                ring == null ? null : listeners.first().orElse(null);
        if (turn != null && turn.member == first && turn.ring == ring) {
            return;
        }
        if (turn != null) {
            turn.end();
            turn = null;
        }
        if (first != null) {
            turn = new Turn(ring, first);
            turn.thread.start();
        }
    }

    /** The time in which one listener has the messages. */
    private final class Turn implements Runnable {

        private final OpenRing ring;
        private final Succession.Member<RingListener> member;
        private final Thread thread;
        private final CountDownLatch ending = new CountDownLatch(1);
        private volatile OpenConsumer consumer; // null while another one reads the ring
        private long failures;
        private long loggedAt;

        Turn(OpenRing ring, Succession.Member<RingListener> member) {
            this.ring = ring;
            this.member = member;
            this.thread = thread(this, "callgate-ring-" + ring.name());
        }

        @Override
        public void run() {
            while (ending.getCount() > 0) {
                try (OpenConsumer taken = ring.takeConsumer()) {
                    consumer = taken;
                    read(taken);
                } catch (RingGoneException e) {
                    return; // whoever looks after the ring finds out by itself, and ends this turn
                } catch (IOException | RuntimeException | Error e) {
                    failed("reading ring " + ring, e);
                    pause();
                }
            }
        }

        private void read(OpenConsumer from) throws IOException {
            while (ending.getCount() > 0) {
                if (from.poll(this::tell, BATCH) == 0) {
                    from.await(RingConsumer.FOREVER);
                }
            }
        }

        private void tell(RingMessage message) {
            try {
                member.listener().message(ring, message);
            } catch (InterruptedException e) {
                log.debug(
                        "listener {} was interrupted",
                        member.listener().getClass().getName());
            } catch (Throwable e) { // whatever it is, the next message is told
                failed("listener " + member.listener().getClass().getName(), e);
            } finally {
                Thread.interrupted(); // whom a listener interrupts is not us
            }
        }

        private void failed(String who, Throwable e) {
            failures++;
            long now = System.nanoTime();
            if (failures == 1 || now - loggedAt > LOG_INTERVAL_NANOS) {
                loggedAt = now;
                log.warn("{} failed ({} times so far): {}", who, failures, e.getMessage(), e);
            }
        }

        /** Who reads it now will read it for a while. */
        private void pause() {
            try {
                ending.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.interrupted(); // nobody interrupts this thread but what it has called
            }
        }

        /** Waits until the thread has ended, at most a second; not if it is the thread itself that asks. */
        void end() {
            ending.countDown();
            boolean interrupted = false;
            long begin = System.nanoTime();
            while (thread.isAlive() && thread != Thread.currentThread()) {
                if (System.nanoTime() - begin > PATIENCE_NANOS) {
                    log.warn(
                            "listener {} is still in a call a second after it left",
                            member.listener().getClass().getName());
                    break;
                }
                interrupted |= wake();
            }
            if (thread == Thread.currentThread() && consumer != null) {
                consumer.halt();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Again and again: a wake-up that comes just before the thread falls asleep is lost. */
        private boolean wake() {
            try {
                OpenConsumer reading = consumer;
                if (reading != null) {
                    reading.halt();
                }
                thread.join(1);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        }
    }

    /**
     * A daemon that holds no class loader but ours: until Java 24 a thread keeps the access control context of the stack
     * that made it, and with it the class loaders of all who are on that stack; a privileged action cuts the stack off.
     */
    @SuppressWarnings("removal")
    private static Thread thread(Runnable task, String name) {
        return AccessController.doPrivileged((PrivilegedAction<Thread>) () -> {
            Thread thread = new Thread(null, task, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            return thread;
        });
    }
}
