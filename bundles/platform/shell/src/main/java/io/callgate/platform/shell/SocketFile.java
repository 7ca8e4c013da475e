// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * {@code shell.sock}: a listening Unix-domain socket which nobody but the gateway's own user can connect to, at any
 * moment of its life.
 *
 * <p>bind(2) gives a socket the umask's mode and refuses a name that exists, so the socket is bound in a folder of mode
 * 0700, gets its mode there, and is renamed into place: no moment with a wider mode, and the socket of a dead gateway
 * is replaced at once. A path longer than {@code sun_path} (108 bytes) is bound by way of a short symbolic link to its
 * folder, as the client reaches it: the socket itself is in its place.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
final class SocketFile implements Closeable {

    /** sun_path, less its NUL. */
    static final int MAX_PATH = 107;

    private static final String INNER = "s";

    private final Path path;
    private final ServerSocketChannel channel;
    private final Object fileKey;

    private SocketFile(Path path, ServerSocketChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.fileKey = fileKey(path);
    }

    /** @throws IOException with a sentence, when another gateway answers there, or the folder is not writable */
    static SocketFile bind(Path path) throws IOException {
        refuseIfAnswered(path);
        Path nursery = Files.createTempDirectory(path.getParent(), ".shell-");
        try {
            Path inner = nursery.resolve(INNER);
            ServerSocketChannel channel = bindShort(inner);
            try {
                Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rw-------"));
                Files.move(inner, path, StandardCopyOption.ATOMIC_MOVE);
                return new SocketFile(path, channel);
            } catch (IOException e) {
                channel.close();
                Files.deleteIfExists(inner);
                throw e;
            }
        } finally {
            Files.delete(nursery);
        }
    }

    Path path() {
        return path;
    }

    /** Waits for a client; an AsynchronousCloseException after {@link #close}. */
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /** Removes the file as well, unless it is another's by now. */
    @Override
    public void close() throws IOException {
        channel.close();
        try {
            if (fileKey.equals(fileKey(path))) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException e) {
            // Somebody was quicker: what was to be had is had.
            return;
        }
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private static void refuseIfAnswered(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        SocketChannel probe;
        try {
            probe = connect(path);
        } catch (ConnectException e) {
            return; // nobody listens: the gateway that made it is dead
        } catch (IOException e) {
            throw new IOException(
                    path + " is in the way and is no socket of a gateway (" + e.getMessage() + "): move it away", e);
        }
        probe.close();
        throw new IOException("another gateway answers on " + path + ": stop it, or give this one its own --data");
    }

    static SocketChannel connect(Path path) throws IOException {
        return byShortPath(path, shortPath -> {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(shortPath));
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        });
    }

    private static ServerSocketChannel bindShort(Path path) throws IOException {
        return byShortPath(path, shortPath -> {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.bind(UnixDomainSocketAddress.of(shortPath));
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        });
    }

    private interface SocketCall<T> {
        T on(Path path) throws IOException;
    }

    private static <T> T byShortPath(Path path, SocketCall<T> call) throws IOException {
        if (path.toString().getBytes(UTF_8).length <= MAX_PATH) {
            return call.on(path);
        }
        Path folder = Files.createTempDirectory("cg");
        Path link = folder.resolve("d");
        try {
            Files.createSymbolicLink(link, path.getParent().toAbsolutePath());
            return call.on(link.resolve(path.getFileName()));
        } finally {
            Files.deleteIfExists(link);
            Files.delete(folder);
        }
    }
}
