// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.log.Logger;

/**
 * Gives back what nobody can reach any more: the address range of a mapping when its buffer and all views of it have
 * gone, and, with a warning, the number of a descriptor that was never closed.
 *
 * <p>Its thread starts with the first mapping or descriptor and ends with the bundle; what is mapped then stays mapped,
 * since an application may still be reading it.
 */
final class Reaper implements AutoCloseable {

    private static final long JOIN_MILLIS = 5_000;

    private final Logger log;
    private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
    /** Keeps the phantom references themselves reachable. */
    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();

    private Thread thread;
    private boolean closed;

    Reaper(Logger log) {
        this.log = log;
    }

    /** Something to give back, once: by its owner, or by us when the owner has gone. */
    abstract class Entry extends PhantomReference<Object> {

        Entry(Object referent) {
            super(referent, queue);
            entries.add(this);
            start();
        }

        /** Gives it back. */
        final void release() {
            if (entries.remove(this)) {
                clear();
                giveBack();
            }
        }

        abstract void giveBack();

        /** Called before {@link #release} when it was forgotten. */
        void forgotten() {}
    }

    /** Unmaps a range when the buffer that is the root of all views of it has gone. */
    Entry mapping(ByteBuffer root, long address, long length) {
        return new Entry(root) {
            @Override
            void giveBack() {
                if (C.munmap(address, length) != 0) {
                    log.error("A mapping of {} bytes cannot be unmapped; it stays in the address space", length);
                }
            }
        };
    }

    /** Closes a number when its owner closes it, or has gone. */
    Entry descriptor(CountedFd owner, int number, String subject) {
        return new Entry(owner) {
            @Override
            void giveBack() {
                // Whatever close(2) says, EINTR included, the number is the kernel's again: never call it twice.
                C.close(number);
            }

            @Override
            void forgotten() {
                log.warn("{} was opened and never closed; closed it now. Close it where it is owned", subject);
            }
        };
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            Threads.join(running, JOIN_MILLIS, log);
        }
    }

    private synchronized void start() {
        if (thread == null && !closed) {
            thread = Threads.daemon("callgate-reaper", this::run);
            thread.start();
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Entry gone = (Entry) queue.remove();
                if (entries.contains(gone)) {
                    gone.forgotten();
                    gone.release();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
