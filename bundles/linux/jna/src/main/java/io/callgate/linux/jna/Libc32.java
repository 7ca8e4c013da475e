// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

/**
 * Where a C {@code long} and an address have 32 bits: addresses and counts are narrowed, file positions are not.
 *
 * <p>Every function but those without a {@code long} is bound under its own name with {@code int} in place of it.
 */
final class Libc32 extends Libc {

    private native int open64(int path, int flags, int mode);

    @Override
    int open64(long path, int flags, int mode) {
        return open64((int) path, flags, mode);
    }

    @Override
    native int close(int fd);

    private native int read(int fd, int buffer, int count);

    @Override
    long read(int fd, long buffer, long count) {
        return read(fd, (int) buffer, (int) count);
    }

    private native int write(int fd, int buffer, int count);

    @Override
    long write(int fd, long buffer, long count) {
        return write(fd, (int) buffer, (int) count);
    }

    private native int pread64(int fd, int buffer, int count, long position);

    @Override
    long pread64(int fd, long buffer, long count, long position) {
        return pread64(fd, (int) buffer, (int) count, position);
    }

    private native int pwrite64(int fd, int buffer, int count, long position);

    @Override
    long pwrite64(int fd, long buffer, long count, long position) {
        return pwrite64(fd, (int) buffer, (int) count, position);
    }

    private native int ioctl(int fd, int request, int argument);

    @Override
    int ioctl(int fd, long request, long argument) {
        return ioctl(fd, (int) request, (int) argument);
    }

    private native int fcntl(int fd, int command, int argument);

    @Override
    int fcntl(int fd, int command, long argument) {
        return fcntl(fd, command, (int) argument);
    }

    private native int statfs64(int path, int buffer);

    @Override
    int statfs64(long path, long buffer) {
        return statfs64((int) path, (int) buffer);
    }

    @Override
    native int posix_fallocate64(int fd, long position, long length);

    private native int mmap64(int address, int length, int protection, int flags, int fd, long position);

    @Override
    long mmap64(long address, long length, int protection, int flags, int fd, long position) {
        int mapped = mmap64((int) address, (int) length, protection, flags, fd, position);
        return mapped == -1 ? -1 : Integer.toUnsignedLong(mapped);
    }

    private native int munmap(int address, int length);

    @Override
    int munmap(long address, long length) {
        return munmap((int) address, (int) length);
    }

    private native int shmat(int segment, int address, int flags);

    @Override
    long shmat(int segment, long address, int flags) {
        int attached = shmat(segment, (int) address, flags);
        return attached == -1 ? -1 : Integer.toUnsignedLong(attached);
    }

    private native int shmctl(int segment, int command, int state);

    @Override
    int shmctl(int segment, int command, long state) {
        return shmctl(segment, command, (int) state);
    }

    private native int memfd_create(int name, int flags);

    @Override
    int memfd_create(long name, int flags) {
        return memfd_create((int) name, flags);
    }

    @Override
    native int getpagesize();

    private native int poll(int fds, int count, int timeoutMillis);

    @Override
    int poll(long fds, long count, int timeoutMillis) {
        return poll((int) fds, (int) count, timeoutMillis);
    }

    @Override
    native int epoll_create1(int flags);

    private native int epoll_ctl(int epfd, int operation, int fd, int event);

    @Override
    int epoll_ctl(int epfd, int operation, int fd, long event) {
        return epoll_ctl(epfd, operation, fd, (int) event);
    }

    private native int epoll_wait(int epfd, int events, int count, int timeoutMillis);

    @Override
    int epoll_wait(int epfd, long events, int count, int timeoutMillis) {
        return epoll_wait(epfd, (int) events, count, timeoutMillis);
    }

    @Override
    native int eventfd(int initial, int flags);

    @Override
    native int timerfd_create(int clock, int flags);

    private native int timerfd_settime(int fd, int flags, int value, int previous);

    @Override
    int timerfd_settime(int fd, int flags, long value, long previous) {
        return timerfd_settime(fd, flags, (int) value, (int) previous);
    }

    @Override
    native int inotify_init1(int flags);

    private native int inotify_add_watch(int fd, int path, int mask);

    @Override
    int inotify_add_watch(int fd, long path, int mask) {
        return inotify_add_watch(fd, (int) path, mask);
    }

    @Override
    native int inotify_rm_watch(int fd, int watch);

    @Override
    native int socket(int domain, int type, int protocol);

    private native int bind(int fd, int address, int length);

    @Override
    int bind(int fd, long address, int length) {
        return bind(fd, (int) address, length);
    }

    private native int getsockname(int fd, int address, int length);

    @Override
    int getsockname(int fd, long address, long length) {
        return getsockname(fd, (int) address, (int) length);
    }

    private native int setsockopt(int fd, int level, int option, int value, int length);

    @Override
    int setsockopt(int fd, int level, int option, long value, int length) {
        return setsockopt(fd, level, option, (int) value, length);
    }

    private native int getsockopt(int fd, int level, int option, int value, int length);

    @Override
    int getsockopt(int fd, int level, int option, long value, long length) {
        return getsockopt(fd, level, option, (int) value, (int) length);
    }

    private native int sendto(int fd, int buffer, int length, int flags, int address, int addressLength);

    @Override
    long sendto(int fd, long buffer, long length, int flags, long address, int addressLength) {
        return sendto(fd, (int) buffer, (int) length, flags, (int) address, addressLength);
    }

    private native int recvfrom(int fd, int buffer, int length, int flags, int address, int addressLength);

    @Override
    long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength) {
        return recvfrom(fd, (int) buffer, (int) length, flags, (int) address, (int) addressLength);
    }

    private native int syscall(int number);

    @Override
    long syscall(long number) {
        return syscall((int) number);
    }

    private native int syscall(int number, int a);

    @Override
    long syscall(long number, long a) {
        return syscall((int) number, (int) a);
    }

    private native int syscall(int number, int a, int b, int c);

    @Override
    long syscall(long number, long a, long b, long c) {
        return syscall((int) number, (int) a, (int) b, (int) c);
    }

    private native int syscall(int number, int a, int b, int c, int d);

    @Override
    long syscall(long number, long a, long b, long c, long d) {
        return syscall((int) number, (int) a, (int) b, (int) c, (int) d);
    }

    private native int syscall(int number, int a, int b, int c, int d, int e, int f);

    @Override
    long syscall(long number, long a, long b, long c, long d, long e, long f) {
        return syscall((int) number, (int) a, (int) b, (int) c, (int) d, (int) e, (int) f);
    }
}
