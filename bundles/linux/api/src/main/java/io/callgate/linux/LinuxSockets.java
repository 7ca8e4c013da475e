// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Sockets as the kernel has them, for those families which Java has not. Addresses are structures in a buffer; every
 * socket is created SOCK_CLOEXEC and SOCK_NONBLOCK. Thread safe; makes no garbage in steady state.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
@ProviderType
public interface LinuxSockets {

    /** Netlink's address family. */
    int AF_NETLINK = 16;
    /** A socket that carries whole messages with their headers. */
    int SOCK_RAW = 3;
    /** A socket that carries whole messages. */
    int SOCK_DGRAM = 2;
    /** Level of the socket's own options. */
    int SOL_SOCKET = 1;
    /** Receive buffer size in bytes; the kernel doubles it and caps it at net.core.rmem_max. */
    int SO_RCVBUF = 8;
    /** Receive buffer size past the cap; needs CAP_NET_ADMIN. */
    int SO_RCVBUFFORCE = 33;

    /** A new socket, owned by the caller. @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a> */
    Fd socket(int domain, int type, int protocol) throws IOException;

    /** Binds to the sockaddr at the start of the buffer. */
    void bind(Fd socket, NativeBuffer address, int length) throws IOException;

    /** The address it is bound to; returns its length. */
    int name(Fd socket, NativeBuffer address) throws IOException;

    /** Sets an option whose value is an int. */
    void option(Fd socket, int level, int option, int value) throws IOException;

    /** An option whose value is an int. */
    int option(Fd socket, int level, int option) throws IOException;

    /**
     * Sends one message to an address.
     *
     * @return bytes sent or {@link LinuxFiles#WOULD_BLOCK}
     */
    int send(Fd socket, NativeBuffer from, int offset, int length, NativeBuffer address, int addressLength)
            throws IOException;

    /**
     * Receives one message and its sender's address.
     *
     * @return the message's whole length, more than {@code length} if it was cut (MSG_TRUNC), or
     *     {@link LinuxFiles#WOULD_BLOCK}
     * @throws ErrnoException ENOBUFS if the kernel dropped messages before this one
     */
    int receive(Fd socket, NativeBuffer into, int offset, int length, NativeBuffer sender) throws IOException;

    /**
     * Lets only those messages in that a classic BPF program accepts (SO_ATTACH_FILTER); it takes the place of an earlier one.
     *
     * @param program instructions of 8 bytes: u16 code, u8 jump if true, u8 jump if false, u32 constant
     * @param instructions how many, 4096 at most; 0 lets everything in again
     * @throws ErrnoException EINVAL for a program that could run out of its bounds
     * @see <a href="https://docs.kernel.org/networking/filter.html">Linux Socket Filtering</a>
     */
    void filter(Fd socket, NativeBuffer program, int instructions) throws IOException;
}
