// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A descriptor and the number of those who are using it, in one word.
 *
 * <p>The owner counts as one user. Close sets a bit that refuses newcomers, and the last user to leave gives the
 * number back to the kernel; a third state tells that this was done, because somebody who is being refused counts for a
 * moment too and may be the last to leave a second time. One atomic addition to enter, one to leave.
 */
final class CountedFd implements Fd {

    /** Something that must happen while the number is still ours; one at a time, since epoll allows no more. */
    @FunctionalInterface
    interface CloseHook {
        void closing();
    }

    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int RELEASED = CLOSED | 1 << 30;

    private static final VarHandle STATE;
    private static final VarHandle HOOK;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(CountedFd.class, "state", int.class);
            HOOK = lookup.findVarHandle(CountedFd.class, "hook", CloseHook.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int number;
    private final String subject;
    private final Reaper.Entry entry;

    @SuppressWarnings("unused") // by STATE
    private int state = 1;

    @SuppressWarnings("unused") // by HOOK
    private CloseHook hook;

    /** Owns a number that the kernel has just given out; {@code reaper} closes it if its owner forgets to. */
    CountedFd(int number, String subject, Reaper reaper) {
        this.number = number;
        this.subject = subject;
        this.entry = reaper.descriptor(this, number, subject);
    }

    /** The door's own kind of descriptor. */
    static CountedFd of(Fd fd) {
        if (fd instanceof CountedFd counted) {
            return counted;
        }
        throw new IllegalArgumentException("a descriptor of another door: " + fd);
    }

    /** Counts a user; {@link #leave} must follow. Returns the number, which is ours until then. */
    int enter() throws ClosedFdException {
        if ((int) STATE.getAndAdd(this, 1) < 0) {
            leave();
            throw new ClosedFdException(subject);
        }
        return number;
    }

    /** Ends what {@link #enter} began. */
    void leave() {
        if ((int) STATE.getAndAdd(this, -1) == CLOSED + 1 && STATE.compareAndSet(this, CLOSED, RELEASED)) {
            entry.release();
        }
    }

    /** Sets what happens when it is closed; false if there is one already. */
    boolean hook(CloseHook newHook) {
        return HOOK.compareAndSet(this, null, newHook);
    }

    void unhook(CloseHook oldHook) {
        HOOK.compareAndSet(this, oldHook, null);
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public boolean isOpen() {
        return (int) STATE.getVolatile(this) >= 0;
    }

    @Override
    public Use use() throws ClosedFdException {
        return new OneUse(this, enter());
    }

    @Override
    public void close() {
        if ((int) STATE.getAndBitwiseOr(this, CLOSED) >= 0) {
            CloseHook last = (CloseHook) HOOK.getVolatile(this);
            try {
                if (last != null) {
                    last.closing();
                }
            } finally {
                leave();
            }
        }
    }

    @Override
    public String toString() {
        return subject + (isOpen() ? "" : " (closed)");
    }

    /** A use on behalf of a caller, who may close it twice. */
    private static final class OneUse implements Use {

        private static final VarHandle FILE;

        static {
            try {
                FILE = MethodHandles.lookup().findVarHandle(OneUse.class, "file", CountedFd.class);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        private final int number;

        @SuppressWarnings("unused") // by FILE
        private CountedFd file;

        OneUse(CountedFd file, int number) {
            this.file = file;
            this.number = number;
        }

        @Override
        public int number() {
            if (FILE.getVolatile(this) == null) {
                throw new IllegalStateException("the use of this descriptor has ended");
            }
            return number;
        }

        @Override
        public void close() {
            CountedFd used = (CountedFd) FILE.getAndSet(this, null);
            if (used != null) {
                used.leave();
            }
        }
    }
}
