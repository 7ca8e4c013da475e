// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A descriptor, counted as the real one is: what it leads to is closed when the last use has ended. */
final class FakeFd implements Fd {

    final int number;
    final Path path; // null for what has none
    final FakeFile file;
    final boolean readable;
    final boolean writable;

    private final String subject;
    private final BooleanSupplier gone;
    private final Reopening again;
    private final Descriptors owner;
    private long position;
    private int raised;
    private int uses;
    private boolean open = true;

    FakeFd(Descriptors owner, int number, String subject, Opening opening) {
        this.owner = owner;
        this.number = number;
        this.subject = subject;
        this.path = opening.path();
        this.file = opening.file();
        this.readable = opening.readable();
        this.writable = opening.writable();
        this.gone = opening.gone();
        this.again = opening.again();
    }

    /** Opens the same file once more, by way of {@code /proc/self/fd}. */
    @FunctionalInterface
    interface Reopening {
        Opening open(int mode, Set<OpenFlag> flags) throws IOException;
    }

    /** What was opened, and how. */
    record Opening(
            Path path, FakeFile file, boolean readable, boolean writable, BooleanSupplier gone, Reopening again) {

        /** What has no path, and can be opened only by the call that made it. */
        static Opening of(FakeFile file) {
            return new Opening(null, file, true, true, () -> false, (mode, flags) -> {
                throw FakeFile.refuse(Errno.ENXIO);
            });
        }
    }

    static FakeFd of(Fd fd) {
        if (fd instanceof FakeFd fake) {
            return fake;
        }
        throw new IllegalArgumentException(fd.subject() + " was not opened by this fake door");
    }

    @Override
    public String subject() {
        return subject;
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    /** By what a test orders an error for it. */
    String key() {
        return path == null ? subject : path.toString();
    }

    Opening reopen(int mode, Set<OpenFlag> flags) throws IOException {
        return again.open(mode, flags);
    }

    /** True if its file was taken away while it was open. */
    boolean isGone() {
        return gone.getAsBoolean();
    }

    @Override
    public synchronized Use use() throws ClosedFdException {
        if (!open) {
            throw new ClosedFdException(subject);
        }
        uses++;
        return new Use() {
            private boolean ended;

            @Override
            public int number() {
                return number;
            }

            @Override
            public void close() {
                synchronized (FakeFd.this) {
                    if (!ended) {
                        ended = true;
                        uses--;
                        release();
                    }
                }
            }
        };
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            owner.closed(this);
            release();
        }
    }

    private void release() {
        if (!open && uses == 0) {
            file.close();
        }
    }

    synchronized long position() {
        return position;
    }

    synchronized void moveBy(int bytes) {
        position += Math.max(0, bytes);
    }

    /** Readiness told by the test, taken by whoever asks first. */
    synchronized void raise(int bits) {
        raised |= bits;
    }

    synchronized int takeRaised(int bits) {
        int taken = raised & bits;
        raised &= ~taken;
        return taken;
    }
}
