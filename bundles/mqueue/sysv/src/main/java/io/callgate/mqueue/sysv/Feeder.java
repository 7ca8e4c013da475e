// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.mqueue.Selection;
import io.callgate.resource.Succession;
import java.io.IOException;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.service.log.Logger;

/**
 * Gives the messages of a queue to its listeners, one at a time, on a thread of the queue's own: no descriptor could tell
 * the event loop of them. The thread that takes a message from the kernel is the one that tells it, so nothing ever waits
 * in our hands, and nothing is lost when a listener, or this bundle, leaves.
 */
final class Feeder {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Selection which;
    private final Logger log;
    private final Succession<MessageListener> listeners = new Succession<>();

    private SysvQueue queue; // null while there is none; guarded by this
    private Turn turn; // of the listener who has the messages; null if nobody has; guarded by this

    Feeder(Selection which, Logger log) {
        this.which = which;
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
    void begin(SysvQueue opened) {
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
            turn.thread.start();
        }
    }

    /** The time in which one listener has the messages. */
    private final class Turn implements Runnable {

        private final SysvQueue queue;
        private final Succession.Member<MessageListener> member;
        private final MessageBuffer buffer;
        private final Thread thread;
        private final CountDownLatch ending = new CountDownLatch(1);
        private long failures;
        private long loggedAt;

        Turn(SysvQueue queue, Succession.Member<MessageListener> member) {
            this.queue = queue;
            this.member = member;
            this.buffer = queue.allocate();
            this.thread = thread(this, "callgate-queue-" + queue.name());
        }

        @Override
        public void run() {
            while (ending.getCount() > 0) {
                try {
                    if (queue.receive(buffer, which, MessageQueue.FOREVER)) {
                        tell();
                    }
                } catch (QueueGoneException e) {
                    return; // whoever looks after the queue finds out by itself, and ends this turn
                } catch (IOException | RuntimeException e) {
                    failed("receiving from queue " + queue, e);
                    pause();
                }
            }
        }

        private void tell() {
            try {
                member.listener().message(queue, buffer);
            } catch (InterruptedException e) {
                Thread.interrupted(); // whom a listener interrupts is not us
            } catch (Exception | LinkageError e) {
                failed("listener " + member.listener().getClass().getName(), e);
            }
        }

        private void failed(String who, Throwable e) {
            failures++;
            long now = System.nanoTime();
            if (failures == 1 || now - loggedAt > LOG_INTERVAL_NANOS) {
                loggedAt = now;
                log.warn("{} failed ({} times so far): {}", who, failures, e.toString(), e);
            }
        }

        /** What the kernel refuses now it will refuse for a while. */
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
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Again and again: a signal that comes just before the thread enters the kernel is lost. */
        private boolean wake() {
            try {
                queue.cancel(buffer);
                thread.join(1);
            } catch (InterruptedException e) {
                return true;
            } catch (IOException e) {
                log.warn("the thread of queue {} cannot be signalled: {}", queue, e.getMessage());
            }
            return false;
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
