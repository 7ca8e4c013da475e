// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.runtime.launcher.ShellFrames.Frame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against a real socket, behind which a few lines play the gateway. */
@Timeout(30)
class ShellClientTest {

    @TempDir
    Path data;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** What the gateway does with one client. */
    private interface Gateway {
        void serve(ShellFrames client) throws IOException;
    }

    private int attach(Gateway gateway, InputStream in, List<String> args) throws Exception {
        try (ServerSocketChannel server = bind()) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (ShellFrames client = new ShellFrames(server.accept())) {
                    gateway.serve(client);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            int status = new ShellClient(in, out, err).attach(data, args, null);
            served.get(10, TimeUnit.SECONDS);
            return status;
        }
    }

    /** By way of a short link, as the shell does it when the path is long. */
    private ServerSocketChannel bind() throws IOException {
        Path link = Files.createTempDirectory("cgt").resolve("d");
        Files.createSymbolicLink(link, data);
        try {
            return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(link.resolve(ShellClient.SOCKET)));
        } finally {
            Files.delete(link);
            Files.delete(link.getParent());
        }
    }

    private static InputStream input(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static String text(Frame frame) {
        return frame.type() + ":" + new String(frame.payload(), UTF_8);
    }

    private static void say(ShellFrames client, char type, String payload) throws IOException {
        client.write(type, payload.getBytes(UTF_8));
    }

    @Test
    void aCommandGetsItsOutputItsErrorAndItsStatus() throws Exception {
        int status = attach(
                client -> {
                    assertThat(text(client.read())).isEqualTo("H:1\0command\0dumb\0000x0\0gpio:set\0\0it's");
                    say(client, 'O', "one\ntwo");
                    say(client, 'R', "gpio:set: held\n");
                    say(client, 'O', "\n");
                    say(client, 'X', "7");
                },
                input("not asked for"),
                List.of("gpio:set", "", "it's"));
        assertThat(status).isEqualTo(7);
        assertThat(out.toString(UTF_8)).isEqualTo("one\ntwo\n");
        assertThat(err.toString(UTF_8)).isEqualTo("gpio:set: held\n");
    }

    @Test
    void standardInputIsReadWhenACommandWantsItAndNotBefore() throws Exception {
        InputStream in = input("line one\n");
        attach(
                client -> {
                    client.read();
                    assertThat(in.available()).isEqualTo(9);
                    say(client, 'N', "");
                    assertThat(text(client.read())).isEqualTo("I:line one\n");
                    say(client, 'N', "");
                    assertThat(text(client.read())).isEqualTo("E:");
                    say(client, 'X', "0");
                },
                in,
                List.of("grep", "one"));
        assertThat(in.available()).isZero();
    }

    @Test
    void withoutArgumentsAndTerminalItIsAScript() throws Exception {
        attach(
                client -> {
                    assertThat(text(client.read())).isEqualTo("H:1\0script\0dumb\0000x0");
                    say(client, 'X', "0");
                },
                input(""),
                List.of());
    }

    @Test
    void aGatewayThatDiesIsSaid() throws Exception {
        assertThat(attach(ShellFrames::read, input(""), List.of("lb"))).isEqualTo(ShellClient.NOT_RUNNING);
        assertThat(err.toString(UTF_8)).contains("the gateway has gone").hasLineCount(1);
    }

    @Test
    void aReaderThatHasGoneEndsTheClientAsAPipeDoes() throws Exception {
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        try (ServerSocketChannel server = bind()) {
            CompletableFuture<Void> served = CompletableFuture.runAsync(() -> {
                try (ShellFrames client = new ShellFrames(server.accept())) {
                    client.read();
                    say(client, 'O', "output");
                    assertThat(client.read()).isNull();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(new ShellClient(input(""), closed, err).attach(data, List.of("lb"), null))
                    .isEqualTo(ShellClient.BROKEN_PIPE);
            served.get(10, TimeUnit.SECONDS);
        }
        assertThat(err.size()).isZero();
    }

    @Test
    void aGatewayThatDoesNotRunIsSaidWithTheWayToStartIt() throws Exception {
        assertThat(new ShellClient(input(""), out, err).attach(data, List.of("lb"), null))
                .isEqualTo(ShellClient.NOT_RUNNING);
        assertThat(err.toString(UTF_8))
                .isEqualTo("callgate: no gateway runs on " + data + ": start it with `callgate start --data " + data
                        + "`" + System.lineSeparator());
    }

    @Test
    void theSocketOfADeadGatewayIsSaidToBeThat() throws Exception {
        bind().close();
        assertThat(new ShellClient(input(""), out, err).attach(data, List.of("lb"), null))
                .isEqualTo(ShellClient.NOT_RUNNING);
        assertThat(err.toString(UTF_8)).contains("no gateway answers on").contains("callgate start");
    }

    @Test
    void aPathLongerThanTheKernelsAddressWorksAllTheSame() throws Exception {
        data = Files.createDirectories(data.resolve("x".repeat(120)));
        int status = attach(
                client -> {
                    client.read();
                    say(client, 'X', "0");
                },
                input(""),
                List.of("lb"));
        assertThat(status).isZero();
        assertThat(err.size()).isZero();
    }

    /** The gateway's half has the same test: the two must agree. */
    @Test
    void aFrameIsATypeABigEndianLengthAndThePayload() throws Exception {
        try (ServerSocketChannel server = bind();
                SocketChannel client =
                        SocketChannel.open(UnixDomainSocketAddress.of(data.resolve(ShellClient.SOCKET)));
                SocketChannel accepted = server.accept()) {
            new ShellFrames(client).write('O', new byte[] {'h', 'i', '?'}, 2);
            ByteBuffer bytes = ByteBuffer.allocate(7);
            while (bytes.hasRemaining()) {
                assertThat(accepted.read(bytes)).isPositive();
            }
            assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {'O', 0, 0, 0, 2, 'h', 'i'}));
        }
    }

    @Test
    void aFrameThatIsTornOrAbsurdIsAnError() throws Exception {
        for (byte[] bad : List.of(new byte[] {'O', 0, 0, 0, 9, 1}, new byte[] {'O', 127, 0, 0, 0})) {
            try (ServerSocketChannel server = bind();
                    SocketChannel client =
                            SocketChannel.open(UnixDomainSocketAddress.of(data.resolve(ShellClient.SOCKET)))) {
                SocketChannel accepted = server.accept();
                accepted.write(ByteBuffer.wrap(bad));
                accepted.close();
                assertThatThrownBy(() -> new ShellFrames(client).read())
                        .isInstanceOfAny(EOFException.class, IOException.class);
            }
            Files.delete(data.resolve(ShellClient.SOCKET));
        }
    }
}
