// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;
import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Sockets by socket(2) and its kin. */
@Component
public final class JnaSockets implements LinuxSockets {

    /** SOCK_CLOEXEC and SOCK_NONBLOCK have the values of the open flags on all architectures. */
    private static final int TYPE_FLAGS = OpenFlags.CLOEXEC | OpenFlags.NONBLOCK;

    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_NOSIGNAL = 0x4000;

    /** Where an option's value, and the length of something, stand in a scratch block. */
    private static final int VALUE = 0;

    private static final int LENGTH = 8;

    private final Descriptors descriptors;
    private final Scratch scratch = new Scratch();

    @Activate
    public JnaSockets(@org.osgi.service.component.annotations.Reference Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public Fd socket(int domain, int type, int protocol) throws IOException {
        String subject = "socket family " + domain + " protocol " + protocol;
        int number = C.socket(domain, type | TYPE_FLAGS, protocol);
        if (number < 0) {
            throw Failures.of("socket", "family " + domain + " protocol " + protocol);
        }
        return descriptors.own(number, subject);
    }

    @Override
    public void bind(Fd socket, NativeBuffer address, int length) throws IOException {
        CountedFd file = CountedFd.of(socket);
        long sockaddr = Block.address(address, 0, length);
        int number = file.enter();
        try {
            if (C.bind(number, sockaddr, length) < 0) {
                throw Failures.of("bind", file.subject());
            }
        } finally {
            file.leave();
            Reference.reachabilityFence(address);
        }
    }

    @Override
    public int name(Fd socket, NativeBuffer address) throws IOException {
        CountedFd file = CountedFd.of(socket);
        long sockaddr = Block.address(address, 0, address.size());
        Block length = scratch.take();
        int number = file.enter();
        try {
            length.bytes().putInt(LENGTH, address.size());
            if (C.getsockname(number, sockaddr, length.address() + LENGTH) < 0) {
                throw Failures.of("getsockname", file.subject());
            }
            return length.bytes().getInt(LENGTH);
        } finally {
            file.leave();
            scratch.give(length);
            Reference.reachabilityFence(address);
        }
    }

    @Override
    public void option(Fd socket, int level, int option, int value) throws IOException {
        CountedFd file = CountedFd.of(socket);
        Block argument = scratch.take();
        int number = file.enter();
        try {
            argument.bytes().putInt(VALUE, value);
            if (C.setsockopt(number, level, option, argument.address() + VALUE, Integer.BYTES) < 0) {
                throw Failures.of("setsockopt", file.subject() + " option " + option);
            }
        } finally {
            file.leave();
            scratch.give(argument);
        }
    }

    @Override
    public int option(Fd socket, int level, int option) throws IOException {
        CountedFd file = CountedFd.of(socket);
        Block argument = scratch.take();
        int number = file.enter();
        try {
            argument.bytes().putInt(VALUE, 0).putInt(LENGTH, Integer.BYTES);
            long value = argument.address() + VALUE;
            if (C.getsockopt(number, level, option, value, argument.address() + LENGTH) < 0) {
                throw Failures.of("getsockopt", file.subject() + " option " + option);
            }
            return argument.bytes().getInt(VALUE);
        } finally {
            file.leave();
            scratch.give(argument);
        }
    }

    @Override
    public int send(Fd socket, NativeBuffer from, int offset, int length, NativeBuffer address, int addressLength)
            throws IOException {
        CountedFd file = CountedFd.of(socket);
        long message = Block.address(from, offset, length);
        long sockaddr = Block.address(address, 0, addressLength);
        int number = file.enter();
        try {
            long count;
            do {
                count = K.sendto(number, message, length, MSG_NOSIGNAL, sockaddr, addressLength);
            } while (count < 0 && Failures.retry("sendto", file, count));
            return count < 0 ? LinuxFiles.WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            Reference.reachabilityFence(from);
            Reference.reachabilityFence(address);
        }
    }

    @Override
    public int receive(Fd socket, NativeBuffer into, int offset, int length, NativeBuffer sender) throws IOException {
        CountedFd file = CountedFd.of(socket);
        long message = Block.address(into, offset, length);
        long sockaddr = Block.address(sender, 0, sender.size());
        Block size = scratch.take();
        int number = file.enter();
        try {
            size.bytes().putInt(LENGTH, sender.size());
            long count;
            do {
                count = K.recvfrom(number, message, length, MSG_TRUNC, sockaddr, size.address() + LENGTH);
            } while (count < 0 && Failures.retry("recvfrom", file, count));
            return count < 0 ? LinuxFiles.WOULD_BLOCK : (int) count;
        } finally {
            file.leave();
            scratch.give(size);
            Reference.reachabilityFence(into);
            Reference.reachabilityFence(sender);
        }
    }

    @Override
    public void filter(Fd socket, NativeBuffer program, int instructions) throws IOException {
        if (instructions == 0) {
            detachFilter(socket);
            return;
        }
        CountedFd file = CountedFd.of(socket);
        long first = Block.address(program, 0, Math.multiplyExact(instructions, Layout.SOCK_FILTER_SIZE));
        Block argument = scratch.take();
        int number = file.enter();
        try {
            int pointer =
                    Layout.CURRENT.wordBytes(); // struct sock_fprog: u16 length, and a pointer at its own alignment
            argument.bytes().putShort(VALUE, (short) instructions);
            if (pointer == Long.BYTES) {
                argument.bytes().putLong(VALUE + pointer, first);
            } else {
                argument.bytes().putInt(VALUE + pointer, (int) first);
            }
            long value = argument.address() + VALUE;
            if (C.setsockopt(number, SOL_SOCKET, Layout.SO_ATTACH_FILTER, value, 2 * pointer) < 0) {
                throw Failures.of("setsockopt", file.subject() + " SO_ATTACH_FILTER");
            }
        } finally {
            file.leave();
            scratch.give(argument);
            Reference.reachabilityFence(program);
        }
    }

    private void detachFilter(Fd socket) throws IOException {
        try {
            option(socket, SOL_SOCKET, Layout.SO_DETACH_FILTER, 0);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            } // there was none
        }
    }
}
