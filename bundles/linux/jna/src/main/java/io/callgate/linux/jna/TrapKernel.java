// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Architecture;

/** Straight through the {@link Trap}, which must be bound. */
final class TrapKernel extends Kernel {

    /** glibc asks for it otherwise: the kernel's own answer for a process group looks like an error. */
    private static final int F_GETOWN = 9;

    private static final long SIGNAL_SET_BYTES = 8;

    private final Numbers at;

    /** The numbers of the calls. */
    record Numbers(
            int read,
            int write,
            int pread64,
            int pwrite64,
            int ioctl,
            int fcntl,
            int epoll_pwait,
            int sendto,
            int recvfrom) {

        static Numbers of(Architecture architecture) {
            return switch (architecture) {
                case X86_64 -> new Numbers(0, 1, 17, 18, 16, 72, 281, 44, 45);
                case AARCH64 -> new Numbers(63, 64, 67, 68, 29, 25, 22, 206, 207);
                case ARMHF -> throw new IllegalArgumentException("no trap for " + architecture);
            };
        }
    }

    TrapKernel(Architecture architecture) {
        this.at = Numbers.of(architecture);
    }

    @Override
    long read(int fd, long buffer, long count) {
        return Trap.call(at.read, fd, buffer, count, 0, 0, 0);
    }

    @Override
    long write(int fd, long buffer, long count) {
        return Trap.call(at.write, fd, buffer, count, 0, 0, 0);
    }

    @Override
    long pread(int fd, long buffer, long count, long position) {
        return Trap.call(at.pread64, fd, buffer, count, position, 0, 0);
    }

    @Override
    long pwrite(int fd, long buffer, long count, long position) {
        return Trap.call(at.pwrite64, fd, buffer, count, position, 0, 0);
    }

    @Override
    long ioctl(int fd, long request, long argument) {
        return Trap.call(at.ioctl, fd, request, argument, 0, 0, 0);
    }

    @Override
    long fcntl(int fd, int command, long argument) {
        if (command == F_GETOWN) {
            int owner = Libc.C.fcntl(fd, command, argument);
            return owner == -1 ? -Libc.errno() : owner;
        }
        return Trap.call(at.fcntl, fd, command, argument, 0, 0, 0);
    }

    @Override
    long epollWait(int epfd, long events, int count, int timeoutMillis) {
        return Trap.call(at.epoll_pwait, epfd, events, count, timeoutMillis, 0, SIGNAL_SET_BYTES);
    }

    @Override
    long sendto(int fd, long buffer, long length, int flags, long address, int addressLength) {
        return Trap.call(at.sendto, fd, buffer, length, flags, address, addressLength);
    }

    @Override
    long recvfrom(int fd, long buffer, long length, int flags, long address, long addressLength) {
        return Trap.call(at.recvfrom, fd, buffer, length, flags, address, addressLength);
    }

    @Override
    long syscall(long number) {
        return Trap.call(number, 0, 0, 0, 0, 0, 0);
    }

    @Override
    long syscall(long number, long a) {
        return Trap.call(number, a, 0, 0, 0, 0, 0);
    }

    @Override
    long syscall(long number, long a, long b, long c) {
        return Trap.call(number, a, b, c, 0, 0, 0);
    }

    @Override
    long syscall(long number, long a, long b, long c, long d) {
        return Trap.call(number, a, b, c, d, 0, 0);
    }

    @Override
    long syscall(long number, long a, long b, long c, long d, long e, long f) {
        return Trap.call(number, a, b, c, d, e, f);
    }
}
