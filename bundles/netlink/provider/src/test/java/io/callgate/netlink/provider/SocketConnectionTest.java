// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkFormatException;
import io.callgate.netlink.NetlinkRequest;
import io.callgate.netlink.NetlinkSettings;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SocketConnectionTest {

    private static final int MULTI = 2;
    private static final int INTERRUPTED = 0x10;
    private static final NetlinkRequest ASK = new NetlinkRequest(18, 0).put32(5);

    private final FakeNetlink net = new FakeNetlink();
    private SocketConnection connection;

    @BeforeEach
    void open() throws IOException {
        connection = new SocketConnection(net.door(), 0, NetlinkSettings.DEFAULT, closed -> {});
    }

    private static byte[] entry(FakeNetlink.Socket socket, int sequence, int flags, int number) {
        return FakeNetlink.message(16, MULTI | flags, sequence, socket.port, new NetlinkRequest(0, 0).put32(number));
    }

    private static byte[] done(FakeNetlink.Socket socket, int sequence, int flags, int error) {
        return FakeNetlink.message(3, MULTI | flags, sequence, socket.port, new NetlinkRequest(0, 0).put32(error));
    }

    private static byte[] acknowledged(FakeNetlink.Socket socket, int sequence) {
        return FakeNetlink.message(2, 0x100, sequence, socket.port, new NetlinkRequest(0, 0).zeros(20));
    }

    private List<Integer> list() throws IOException {
        return connection.list(ASK, message -> message.s32At(0));
    }

    @Test
    void aDumpEndsWithItsLastMessage() throws Exception {
        net.kernel = (socket, request) -> {
            assertThat(request.getShort(6)).as("NLM_F_REQUEST and NLM_F_DUMP").isEqualTo((short) 0x301);
            socket.put(entry(socket, request.getInt(8), 0, 1));
            socket.put(entry(socket, request.getInt(8), 0, 2));
            socket.put(done(socket, request.getInt(8), 0, 0));
        };
        assertThat(list()).containsExactly(1, 2);
        assertThat(list()).as("again").containsExactly(1, 2);
    }

    @Test
    void anInterruptedDumpIsMadeAgainAndGivesNothingTwice() throws Exception {
        AtomicInteger times = new AtomicInteger();
        net.kernel = (socket, request) -> {
            int time = times.incrementAndGet();
            socket.put(entry(socket, request.getInt(8), 0, time));
            socket.put(done(socket, request.getInt(8), time < 3 ? INTERRUPTED : 0, 0));
        };
        assertThat(list()).containsExactly(3);
    }

    @Test
    void aDumpThatIsAlwaysInterruptedFailsAtLast() {
        net.kernel = (socket, request) -> {
            socket.put(entry(socket, request.getInt(8), INTERRUPTED, 1));
            socket.put(done(socket, request.getInt(8), 0, 0));
        };
        assertThatThrownBy(this::list).isInstanceOfSatisfying(NetlinkException.class, e -> assertThat(e.errno())
                .isEqualTo(Errno.EINTR));
    }

    @Test
    void whatSomebodyElseSaysOrSaidBeforeIsPassedOver() throws Exception {
        net.kernel = (socket, request) -> {
            socket.forge(acknowledged(socket, request.getInt(8)));
            socket.forge(entry(socket, request.getInt(8), 0, 666));
            socket.put(entry(socket, request.getInt(8) - 1, 0, 667));
            socket.put(FakeNetlink.message(16, MULTI, request.getInt(8), 1, new NetlinkRequest(0, 0).put32(668)));
            socket.put(entry(socket, request.getInt(8), 0, 1));
            socket.put(done(socket, request.getInt(8), 0, 0));
        };
        assertThat(list()).containsExactly(1);
    }

    private static NetlinkRequest refusal(boolean capped) {
        NetlinkRequest body = new NetlinkRequest(0, 0)
                .put32(-Errno.EINVAL.number())
                .put32(capped ? 16 + 100 : 20)
                .zeros(12);
        if (!capped) {
            body.put32(5);
        }
        body.attributes().string(1, "no such thing").u32(2, 24).u32(5, 9);
        return body;
    }

    @Test
    void aRefusalHasTheKernelsWords() throws Exception {
        for (boolean capped : new boolean[] {true, false}) {
            net.kernel = (socket, request) -> socket.put(FakeNetlink.message(
                    2, 0x200 | (capped ? 0x100 : 0), request.getInt(8), socket.port, refusal(capped)));
            assertThatThrownBy(() -> connection.acknowledged(ASK)).isInstanceOfSatisfying(NetlinkException.class, e -> {
                assertThat(e.errno()).isEqualTo(Errno.EINVAL);
                assertThat(e.text()).isEqualTo("no such thing");
                assertThat(e.offset()).hasValue(24);
                assertThat(e.missingAttribute()).hasValue(9);
                assertThat(e)
                        .hasMessage("netlink family 0 request 18: EINVAL (Invalid argument): no such thing,"
                                + " at byte 24 of the request, attribute 9 is missing");
            });
        }
        net.kernel = (socket, request) -> socket.put(acknowledged(socket, request.getInt(8)));
        connection.acknowledged(ASK);
    }

    @Test
    void theEndOfADumpMayBeARefusal() {
        net.kernel = (socket, request) -> socket.put(done(socket, request.getInt(8), 0, -Errno.ENOENT.number()));
        assertThatThrownBy(this::list).isInstanceOfSatisfying(NetlinkException.class, e -> assertThat(e.errno())
                .isEqualTo(Errno.ENOENT));
    }

    @Test
    void anAnswerThatDoesNotComeIsNotTakenForTheNext() throws Exception {
        assertThatThrownBy(() -> connection.acknowledged(ASK))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("within 5000 ms");
        net.kernel = (socket, request) -> socket.put(acknowledged(socket, request.getInt(8)));
        connection.acknowledged(ASK);
        assertThat(net.opened).as("a new socket").hasSize(2);
        assertThat(net.linux.openDescriptors()).hasSize(1);
    }

    @Test
    void aReceiverThatFailsDoesNotLeaveTheRestOfTheAnswerBehind() throws Exception {
        net.kernel = (socket, request) -> {
            socket.put(entry(socket, request.getInt(8), 0, 1));
            socket.put(entry(socket, request.getInt(8), 0, 2));
            socket.put(done(socket, request.getInt(8), 0, 0));
        };
        assertThatThrownBy(() -> connection.dump(ASK, message -> {
                    throw new IllegalStateException("mine");
                }))
                .hasMessage("mine");
        assertThat(net.opened.get(0).queue).isEmpty();
        assertThat(list()).containsExactly(1, 2);
    }

    @Test
    void nonsenseIsRefusedAndTheConnectionGoesOn() throws Exception {
        net.kernel = (socket, request) -> socket.put(new byte[] {1, 2, 3});
        assertThatThrownBy(this::list).isInstanceOf(NetlinkFormatException.class);
        net.kernel = (socket, request) -> socket.put(done(socket, request.getInt(8), 0, 0));
        assertThat(list()).isEmpty();
    }

    @Test
    void aClosedConnectionSaysSo() {
        connection.close();
        assertThatThrownBy(this::list).isInstanceOf(ClosedFdException.class);
        assertThat(net.linux.openDescriptors()).isEmpty();
    }

    @Test
    void theEventLoopMustNotWait() {
        net.linux.execute(() -> assertThatThrownBy(this::list).isInstanceOf(IllegalStateException.class));
        net.linux.turn();
    }
}
