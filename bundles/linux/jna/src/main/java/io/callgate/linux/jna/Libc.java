// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.callgate.linux.Architecture;
import java.nio.ByteBuffer;

/**
 * Every native function of the door, as C has it: -1 and errno for a failure, addresses as {@code long}.
 *
 * <p>The two subclasses are the same list for the two sizes of a C {@code long}, direct-mapped with fixed arity and
 * primitive arguments, so that a call makes no garbage. The {@code *64} names take 64-bit file positions everywhere.
 * Only one subclass is ever loaded, and {@link #C} is a constant: the compiler calls it without dispatch.
 */
abstract class Libc {

    /** The C library of this process. */
    static final Libc C = Threads.withoutCallers(Libc::load);

    abstract int open64(long path, int flags, int mode);

    abstract int close(int fd);

    abstract long read(int fd, long buffer, long count);

    abstract long write(int fd, long buffer, long count);

    abstract long pread64(int fd, long buffer, long count, long position);

    abstract long pwrite64(int fd, long buffer, long count, long position);

    abstract int ioctl(int fd, long request, long argument);

    abstract int fcntl(int fd, int command, long argument);

    abstract int statfs64(long path, long buffer);

    /** Unlike all others it returns the error number and leaves errno alone. */
    abstract int posix_fallocate64(int fd, long position, long length);

    abstract long mmap64(long address, long length, int protection, int flags, int fd, long position);

    abstract int munmap(long address, long length);

    abstract long shmat(int segment, long address, int flags);

    abstract int shmctl(int segment, int command, long state);

    abstract int memfd_create(long name, int flags);

    abstract int getpagesize();

    abstract int poll(long fds, long count, int timeoutMillis);

    abstract int epoll_create1(int flags);

    abstract int epoll_ctl(int epfd, int operation, int fd, long event);

    abstract int epoll_wait(int epfd, long events, int count, int timeoutMillis);

    abstract int eventfd(int initial, int flags);

    abstract int timerfd_create(int clock, int flags);

    abstract int timerfd_settime(int fd, int flags, long value, long previous);

    abstract int inotify_init1(int flags);

    abstract int inotify_add_watch(int fd, long path, int mask);

    abstract int inotify_rm_watch(int fd, int watch);

    abstract int socket(int domain, int type, int protocol);

    abstract int bind(int fd, long address, int length);

    abstract int getsockname(int fd, long address, long length);

    abstract int setsockopt(int fd, int level, int option, long value, int length);

    abstract int getsockopt(int fd, int level, int option, long value, long length);

    abstract long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);

    abstract long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength);

    abstract long syscall(long number);

    abstract long syscall(long number, long a);

    abstract long syscall(long number, long a, long b, long c);

    abstract long syscall(long number, long a, long b, long c, long d);

    abstract long syscall(long number, long a, long b, long c, long d, long e, long f);

    /** For functions by name; loaded by way of this class, so that {@link #load} came first. */
    static NativeLibrary library() {
        return NativeLibrary.getProcess();
    }

    /** The address of a direct buffer's memory. */
    static long address(ByteBuffer direct) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(direct));
    }

    /** A buffer over memory that somebody else gives back. */
    static ByteBuffer buffer(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    /** The error number of this thread's last call that failed. */
    static int errno() {
        return Native.getLastError();
    }

    /** For calls whose -1 may be a value: an error number of 0 afterwards says that it was. */
    static void clearErrno() {
        Native.setLastError(0);
    }

    /**
     * Loads JNA and binds the functions.
     *
     * <p>JNA's cleaner thread would keep the context class loader and the callers of whoever touches JNA first. JNA
     * would also run {@code ldconfig -p} in a process of its own to look for libraries; we need only those that are
     * loaded already, and an empty search path saves its time.
     */
    private static Libc load() {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        thread.setContextClassLoader(null);
        try {
            if (System.getProperty("jna.platform.library.path") == null) {
                System.setProperty("jna.platform.library.path", "");
            }
            Libc libc = Architecture.current() == Architecture.ARMHF ? new Libc32() : new Libc64();
            Native.register(libc.getClass(), NativeLibrary.getProcess());
            return libc;
        } finally {
            thread.setContextClassLoader(context);
        }
    }
}
