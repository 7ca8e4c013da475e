// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {

    @TempDir
    Path folder;

    private Path path() {
        return folder.resolve("shell.sock");
    }

    private static void assertAnswers(SocketFile socket) throws IOException {
        try (SocketChannel client = SocketFile.connect(socket.path());
                SocketChannel accepted = socket.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(accepted.isConnected()).isTrue();
        }
    }

    @Test
    void itIsTheUsersOnlyAndLeavesNothingElse() throws IOException {
        try (SocketFile socket = SocketFile.bind(path())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                    .isEqualTo("rw-------");
            assertAnswers(socket);
            try (Stream<Path> files = Files.list(folder)) {
                assertThat(files).containsExactly(path());
            }
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void theSocketOfADeadGatewayIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path()));
        }
        assertThat(path()).exists();
        try (SocketFile socket = SocketFile.bind(path())) {
            assertAnswers(socket);
        }
    }

    @Test
    void theSocketOfALivingGatewayIsLeftAlone() throws IOException {
        try (SocketFile living = SocketFile.bind(path())) {
            assertThatThrownBy(() -> SocketFile.bind(path()))
                    .hasMessageContaining("another gateway answers on " + path());
            living.accept().close(); // the question
            assertAnswers(living);
        }
    }

    @Test
    void aPathLongerThanTheKernelsAddressWorksAllTheSame() throws IOException {
        folder = Files.createDirectories(folder.resolve("x".repeat(120)));
        assertThat(path().toString().length()).isGreaterThan(SocketFile.MAX_PATH);
        try (SocketFile socket = SocketFile.bind(path())) {
            assertThat(path()).exists();
            assertAnswers(socket);
        }
        assertThat(path()).doesNotExist();
    }

    @Test
    void theSocketOfASuccessorIsNotRemoved() throws IOException {
        SocketFile first = SocketFile.bind(path());
        Files.delete(path());
        try (SocketFile successor = SocketFile.bind(path())) {
            first.close();
            assertAnswers(successor);
        }
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> SocketFile.bind(folder.resolve("absent/shell.sock")))
                .isInstanceOf(IOException.class);
    }
}
