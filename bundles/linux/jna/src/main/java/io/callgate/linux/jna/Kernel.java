// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Architecture;

/**
 * The calls that are made over and over. Each returns what the kernel returned: the result, or minus the error number
 * ({@link #isError}). errno is not touched.
 *
 * <p>Straight through the {@link Trap} where that can be, otherwise by way of the C library. {@code -Dcallgate.linux.trap=false}
 * says that it shall not be. Only one subclass is loaded, and {@link #K} is a constant: the compiler calls it without dispatch.
 */
abstract class Kernel {

    /** The kernel that this process runs on. */
    static final Kernel K = load();

    private static final String TRAP = "callgate.linux.trap";
    private static final long LARGEST_ERRNO = 4095;

    abstract long read(int fd, long buffer, long count);

    abstract long write(int fd, long buffer, long count);

    abstract long pread(int fd, long buffer, long count, long position);

    abstract long pwrite(int fd, long buffer, long count, long position);

    abstract long ioctl(int fd, long request, long argument);

    abstract long fcntl(int fd, int command, long argument);

    abstract long epollWait(int epfd, long events, int count, int timeoutMillis);

    abstract long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);

    abstract long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength);

    abstract long syscall(long number);

    abstract long syscall(long number, long a);

    abstract long syscall(long number, long a, long b, long c);

    abstract long syscall(long number, long a, long b, long c, long d);

    abstract long syscall(long number, long a, long b, long c, long d, long e, long f);

    /** True for minus an error number; addresses of the upper half are none. */
    static boolean isError(long result) {
        return result < 0 && result >= -LARGEST_ERRNO;
    }

    private static Kernel load() {
        boolean wanted = Boolean.parseBoolean(System.getProperty(TRAP, "true"));
        return wanted && isBound() ? new TrapKernel(Architecture.current()) : new LibcKernel(Libc.C);
    }

    /** Another Java runtime may not let JNA do this: that is no reason to have no door. */
    private static boolean isBound() {
        try {
            return Trap.bind(Architecture.current());
        } catch (RuntimeException | LinkageError e) {
            return false;
        }
    }
}
