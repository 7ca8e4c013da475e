// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

/** Where a C {@code long} and an address have 64 bits: the functions as they are. */
final class Libc64 extends Libc {

    @Override
    native int open64(long path, int flags, int mode);

    @Override
    native int close(int fd);

    @Override
    native long read(int fd, long buffer, long count);

    @Override
    native long write(int fd, long buffer, long count);

    @Override
    native long pread64(int fd, long buffer, long count, long position);

    @Override
    native long pwrite64(int fd, long buffer, long count, long position);

    @Override
    native int ioctl(int fd, long request, long argument);

    @Override
    native int fcntl(int fd, int command, long argument);

    @Override
    native int statfs64(long path, long buffer);

    @Override
    native int posix_fallocate64(int fd, long position, long length);

    @Override
    native long mmap64(long address, long length, int protection, int flags, int fd, long position);

    @Override
    native int munmap(long address, long length);

    @Override
    native long shmat(int segment, long address, int flags);

    @Override
    native int shmctl(int segment, int command, long state);

    @Override
    native int memfd_create(long name, int flags);

    @Override
    native int getpagesize();

    @Override
    native int poll(long fds, long count, int timeoutMillis);

    @Override
    native int epoll_create1(int flags);

    @Override
    native int epoll_ctl(int epfd, int operation, int fd, long event);

    @Override
    native int epoll_wait(int epfd, long events, int count, int timeoutMillis);

    @Override
    native int eventfd(int initial, int flags);

    @Override
    native int timerfd_create(int clock, int flags);

    @Override
    native int timerfd_settime(int fd, int flags, long value, long previous);

    @Override
    native int inotify_init1(int flags);

    @Override
    native int inotify_add_watch(int fd, long path, int mask);

    @Override
    native int inotify_rm_watch(int fd, int watch);

    @Override
    native int socket(int domain, int type, int protocol);

    @Override
    native int bind(int fd, long address, int length);

    @Override
    native int getsockname(int fd, long address, long length);

    @Override
    native int setsockopt(int fd, int level, int option, long value, int length);

    @Override
    native int getsockopt(int fd, int level, int option, long value, long length);

    @Override
    native long sendto(int fd, long buffer, long length, int flags, long address, int addressLength);

    @Override
    native long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength);

    @Override
    native long syscall(long number);

    @Override
    native long syscall(long number, long a);

    @Override
    native long syscall(long number, long a, long b, long c);

    @Override
    native long syscall(long number, long a, long b, long c, long d);

    @Override
    native long syscall(long number, long a, long b, long c, long d, long e, long f);
}
