// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Netlink by hand, since Java has it not. */
class SocketsTest {

    private static final int NETLINK_ROUTE = 0;
    private static final int NETLINK_KOBJECT_UEVENT = 15;
    private static final int NLMSG_HEADER = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWLINK = 16;
    private static final int NLM_F_REQUEST = 1;
    private static final int IFINFOMSG = 16;

    private final Door door = new Door();
    private final JnaSockets sockets = door.sockets;
    private final NativeBuffer buffer = door.memory.allocate(8192);
    private final NativeBuffer address = door.memory.allocate(Layout.SOCKADDR_NL_SIZE);

    @BeforeEach
    void netlinkAddress() {
        address.bytes().putShort(Layout.SOCKADDR_NL_FAMILY, (short) LinuxSockets.AF_NETLINK);
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Fd netlink(int protocol) throws IOException {
        return sockets.socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, protocol);
    }

    /** One instruction each: BPF_RET | BPF_K with how many bytes are let in. */
    private static NativeBuffer verdict(Door door, int bytes) {
        NativeBuffer program = door.memory.allocate(8);
        program.bytes().putShort(0, (short) 6).putInt(4, bytes);
        return program;
    }

    @Test
    void aFilterDecidesWhatIsReceived() throws IOException {
        try (Fd socket = netlink(NETLINK_ROUTE)) {
            sockets.filter(socket, verdict(door, 0), 1);
            requestLoopback(socket);
            assertThat(sockets.receive(socket, buffer, 0, 8192, address))
                    .as("the answer is refused")
                    .isEqualTo(LinuxFiles.WOULD_BLOCK);

            sockets.filter(socket, verdict(door, -1), 1);
            requestLoopback(socket);
            assertThat(sockets.receive(socket, buffer, 0, 8192, address)).isPositive();

            sockets.filter(socket, verdict(door, 0), 1);
            sockets.filter(socket, verdict(door, 0), 0);
            sockets.filter(socket, verdict(door, 0), 0); // there is none any more
            requestLoopback(socket);
            assertThat(sockets.receive(socket, buffer, 0, 8192, address)).isPositive();
        }
    }

    @Test
    void aProgramWithoutAnEndIsRefused() throws IOException {
        NativeBuffer jump = door.memory.allocate(8);
        jump.bytes().putShort(0, (short) 5).putInt(4, 100); // BPF_JMP | BPF_JA beyond the end
        try (Fd socket = netlink(NETLINK_ROUTE)) {
            assertThatThrownBy(() -> sockets.filter(socket, jump, 1))
                    .isInstanceOfSatisfying(ErrnoException.class, e -> assertThat(e.is(Errno.EINVAL))
                            .isTrue());
            assertThatThrownBy(() -> sockets.filter(socket, jump, 2)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void theKernelAnswersARequestForAnInterface() throws IOException {
        try (Fd socket = netlink(NETLINK_ROUTE)) {
            assertThat(door.files.fcntl(socket, Fcntl.F_GETFD, 0)).isEqualTo(Fcntl.FD_CLOEXEC);
            assertThat(sockets.receive(socket, buffer, 0, 8192, address)).isEqualTo(LinuxFiles.WOULD_BLOCK);
            assertThat(requestLoopback(socket)).isEqualTo(NLMSG_HEADER + IFINFOMSG);
            int length = sockets.receive(socket, buffer, 0, 8192, address);
            assertThat(length).isEqualTo(buffer.bytes().getInt(0));
            assertThat(buffer.bytes().getShort(4)).isEqualTo((short) RTM_NEWLINK);
            assertThat(address.bytes().getInt(Layout.SOCKADDR_NL_PID))
                    .as("the kernel")
                    .isZero();
            assertThat(requestLoopback(socket)).isPositive();
            assertThat(sockets.receive(socket, buffer, 0, 20, address))
                    .as("the whole length of a message that was cut")
                    .isGreaterThan(400);
        }
    }

    private int requestLoopback(Fd socket) throws IOException {
        ByteBuffer request = buffer.bytes();
        for (int i = 0; i < NLMSG_HEADER + IFINFOMSG; i++) {
            request.put(i, (byte) 0);
        }
        request.putInt(0, NLMSG_HEADER + IFINFOMSG)
                .putShort(4, (short) RTM_GETLINK)
                .putShort(6, (short) NLM_F_REQUEST)
                .putInt(NLMSG_HEADER + 4, 1);
        address.bytes().putInt(Layout.SOCKADDR_NL_PID, 0);
        return sockets.send(socket, buffer, 0, NLMSG_HEADER + IFINFOMSG, address, Layout.SOCKADDR_NL_SIZE);
    }

    @Test
    void aBoundSocketHasAName() throws IOException {
        try (Fd first = netlink(NETLINK_ROUTE);
                Fd second = netlink(NETLINK_ROUTE)) {
            sockets.bind(first, address, Layout.SOCKADDR_NL_SIZE);
            NativeBuffer name = door.memory.allocate(Layout.SOCKADDR_NL_SIZE);
            assertThat(sockets.name(first, name)).isEqualTo(Layout.SOCKADDR_NL_SIZE);
            int port = name.bytes().getInt(Layout.SOCKADDR_NL_PID);
            assertThat(port).isNotZero();
            address.bytes().putInt(Layout.SOCKADDR_NL_PID, port);
            refused(Errno.EADDRINUSE, "bind socket", () -> sockets.bind(second, address, Layout.SOCKADDR_NL_SIZE));
            refused(Errno.EINVAL, "bind socket", () -> sockets.bind(first, address, 2));
            address.bytes().putInt(Layout.SOCKADDR_NL_PID, port + 1_000_000);
            refused(Errno.ECONNREFUSED, "sendto socket", () -> {
                sockets.send(second, buffer, 0, NLMSG_HEADER, address, Layout.SOCKADDR_NL_SIZE);
            });
        }
    }

    @Test
    void optionsAreSetAndRead() throws IOException {
        try (Fd socket = netlink(NETLINK_ROUTE);
                Fd event = door.waiting.eventfd(0)) {
            sockets.option(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, 8192);
            assertThat(sockets.option(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF))
                    .as("the kernel doubles it")
                    .isEqualTo(16384);
            refused(Errno.ENOPROTOOPT, "setsockopt ", () -> {
                sockets.option(socket, LinuxSockets.SOL_SOCKET, 9999, 1);
            });
            refused(Errno.ENOPROTOOPT, "getsockopt ", () -> sockets.option(socket, LinuxSockets.SOL_SOCKET, 9999));
            refused(Errno.ENOTSOCK, "getsockopt eventfd", () -> sockets.option(event, 1, 8));
            refused(Errno.ENOTSOCK, "recvfrom eventfd", () -> sockets.receive(event, buffer, 0, 1, address));
            refused(Errno.ENOTSOCK, "getsockname eventfd", () -> sockets.name(event, address));
        }
    }

    @Test
    void whatTheKernelHasNotIsRefused() {
        refused(Errno.EAFNOSUPPORT, "socket family 99", () -> sockets.socket(99, LinuxSockets.SOCK_RAW, 0));
        refused(Errno.EPROTONOSUPPORT, "socket family 16 protocol 99", () -> netlink(99));
        refused(Errno.ESOCKTNOSUPPORT, "socket family 16", () -> sockets.socket(LinuxSockets.AF_NETLINK, 1, 0));
    }

    @Test
    void lostMessagesAreTold() throws IOException {
        try (Fd socket = netlink(NETLINK_KOBJECT_UEVENT)) {
            address.bytes().putInt(Layout.SOCKADDR_NL_GROUPS, 1);
            sockets.bind(socket, address, Layout.SOCKADDR_NL_SIZE);
            sockets.option(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUF, 1);
            for (int i = 0; i < 200; i++) {
                Files.writeString(Path.of("/sys/class/net/lo/uevent"), "change");
            }
            refused(Errno.ENOBUFS, "recvfrom socket", () -> sockets.receive(socket, buffer, 0, 8192, address));
            assertThat(sockets.receive(socket, buffer, 0, 8192, address)).isPositive();
        }
    }

    @Test
    void afterCloseWeRefuse() throws IOException {
        Fd socket = netlink(NETLINK_ROUTE);
        socket.close();
        assertThatThrownBy(() -> sockets.bind(socket, address, 12)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> sockets.name(socket, address)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> sockets.option(socket, 1, 8)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> sockets.option(socket, 1, 8, 1)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> sockets.receive(socket, buffer, 0, 1, address)).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(() -> sockets.send(socket, buffer, 0, 1, address, 12))
                .isInstanceOf(ClosedFdException.class);
    }
}
