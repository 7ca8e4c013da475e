// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

/** By way of the C library, with errno as JNA has kept it. */
final class LibcKernel extends Kernel {

    private final Libc libc;

    LibcKernel(Libc libc) {
        this.libc = libc;
    }

    private static long outcome(long result) {
        return result == -1 ? -Libc.errno() : result;
    }

    @Override
    long read(int fd, long buffer, long count) {
        return outcome(libc.read(fd, buffer, count));
    }

    @Override
    long write(int fd, long buffer, long count) {
        return outcome(libc.write(fd, buffer, count));
    }

    @Override
    long pread(int fd, long buffer, long count, long position) {
        return outcome(libc.pread64(fd, buffer, count, position));
    }

    @Override
    long pwrite(int fd, long buffer, long count, long position) {
        return outcome(libc.pwrite64(fd, buffer, count, position));
    }

    @Override
    long ioctl(int fd, long request, long argument) {
        return outcome(libc.ioctl(fd, request, argument));
    }

    @Override
    long fcntl(int fd, int command, long argument) {
        return outcome(libc.fcntl(fd, command, argument));
    }

    @Override
    long epollWait(int epfd, long events, int count, int timeoutMillis) {
        return outcome(libc.epoll_wait(epfd, events, count, timeoutMillis));
    }

    @Override
    long sendto(int fd, long buffer, long length, int flags, long address, int addressLength) {
        return outcome(libc.sendto(fd, buffer, length, flags, address, addressLength));
    }

    @Override
    long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength) {
        return outcome(libc.recvfrom(fd, buffer, length, flags, address, addressLength));
    }

    @Override
    long syscall(long number) {
        return outcome(libc.syscall(number));
    }

    @Override
    long syscall(long number, long a) {
        return outcome(libc.syscall(number, a));
    }

    @Override
    long syscall(long number, long a, long b, long c) {
        return outcome(libc.syscall(number, a, b, c));
    }

    @Override
    long syscall(long number, long a, long b, long c, long d) {
        return outcome(libc.syscall(number, a, b, c, d));
    }

    @Override
    long syscall(long number, long a, long b, long c, long d, long e, long f) {
        return outcome(libc.syscall(number, a, b, c, d, e, f));
    }
}
