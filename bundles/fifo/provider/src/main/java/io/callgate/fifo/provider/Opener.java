// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import io.callgate.fifo.Peer;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Makes and opens FIFOs, and says why not in a person's words. What stands at the path is held by a handle (O_PATH) and
 * looked at before it is opened, and opened by way of that handle: nobody can put a link or another file in its place in
 * between.
 */
final class Opener {

    private static final Path PIPE_MAX_SIZE = Path.of("sys/fs/pipe-max-size");

    /**
     * An open FIFO.
     *
     * @param node which one
     * @param key by which a successor takes its descriptor over
     */
    record Opened(OpenFifo fifo, FifoCalls.Node node, KeptHandles.Key key, Fd handle) implements AutoCloseable {

        @Override
        public void close() {
            handle.close();
        }
    }

    private final FifoCalls calls;
    private final KeptHandles handles;
    private final Path proc;

    Opener(FifoCalls calls, KeptHandles handles, Path proc) {
        this.calls = calls;
        this.handles = handles;
        this.proc = proc;
    }

    FifoCalls calls() {
        return calls;
    }

    /** @throws RefusedException if there is none, or it may not be opened */
    Opened open(String name, Settings settings, PeerState peer) throws IOException {
        Fd handle = handle(settings);
        try {
            FifoCalls.Node node = calls.node(handle);
            KeptHandles.Key key = key(name, settings, node);
            Optional<KeptHandles.Kept> kept = handles.take(key);
            try {
                OpenFifo fifo = fifo(name, settings, peer, handle, kept.map(KeptHandles.Kept::fd));
                if (kept.isPresent()) {
                    fifo.restore(kept.get().state());
                    peer.restore(Peer.valueOf(kept.get().state().get(FifoLife.PEER)));
                }
                return new Opened(fifo, node, key, handle);
            } catch (IOException | RuntimeException e) {
                kept.ifPresent(each -> each.fd().close()); // it was taken: it is nobody else's
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private Fd handle(Settings settings) throws IOException {
        Path path = settings.path();
        boolean made = false;
        try {
            made = settings.create() && calls.node(path).isEmpty() && calls.make(path, settings.mode());
            Fd handle = calls.handle(path);
            try {
                check(path, calls.node(handle));
                if (made) {
                    calls.chmod(handle, settings.mode()); // whatever the umask has taken from it
                }
                return handle;
            } catch (IOException | RuntimeException e) {
                handle.close();
                throw e;
            }
        } catch (ErrnoException e) {
            throw refusal(e, settings);
        }
    }

    private static void check(Path path, FifoCalls.Node node) throws RefusedException {
        if (!node.isFifo()) {
            throw new RefusedException(
                    path + " is " + node.what() + ", no FIFO, and is left alone: name another path, or" + " remove it");
        }
    }

    private RefusedException refusal(ErrnoException e, Settings settings) throws IOException {
        Path path = settings.path();
        Path folder = path.getParent();
        if (e.is(Errno.ENOENT) && !Files.isDirectory(folder)) {
            return new RefusedException("there is no folder " + folder + " for it: mkdir -p " + folder);
        }
        if (e.is(Errno.ENOENT)) {
            return new RefusedException(
                    "there is no " + path + ": start the program that makes it, or set \"create\" to true");
        }
        if (e.is(Errno.EACCES, Errno.EPERM)) {
            return new RefusedException("the gateway's user may not " + e.call() + " " + path
                    + ": its owner gives another mode, or another path must do");
        }
        if (e.is(Errno.EROFS, Errno.ENOSPC, Errno.EDQUOT)) {
            return new RefusedException(
                    "no FIFO can be made at " + path + " (" + e.errno().text() + "): another path must do");
        }
        throw e;
    }

    private OpenFifo fifo(String name, Settings settings, PeerState peer, Fd handle, Optional<Fd> kept)
            throws IOException {
        Framing framing = settings.framing();
        Optional<Fd> fd = kept;
        if (settings.access() != Access.WRITE && kept.isEmpty()) {
            fd = Optional.of(
                    opened(handle, settings, settings.access() == Access.READ ? OpenFlag.RDONLY : OpenFlag.RDWR));
        }
        Reader reader = settings.access().reads() ? new Reader(name, framing, fd.orElseThrow(), calls, peer) : null;
        Writer.Door door = () -> openForWriting(handle, settings);
        Writer writer =
                settings.access().writes() ? new Writer(name, framing, settings.alone(), fd, door, calls, peer) : null;
        return new OpenFifo(name, settings, calls, peer, reader, writer);
    }

    private Optional<Fd> openForWriting(Fd handle, Settings settings) throws IOException {
        try {
            return Optional.of(opened(handle, settings, OpenFlag.WRONLY));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENXIO)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Fd opened(Fd handle, Settings settings, OpenFlag access) throws IOException {
        Fd fd;
        try {
            fd = calls.open(handle, access);
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES)) {
                throw refusal(e, settings);
            }
            throw e;
        }
        try {
            size(fd, settings);
            return fd;
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    /** The kernel rounds up to a power of two pages. */
    private void size(Fd fd, Settings settings) throws IOException {
        int wanted = settings.pipeBytes();
        if (wanted == 0 || calls.pipeBytes(fd) >= wanted) {
            return;
        }
        try {
            calls.pipeBytes(fd, wanted);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPERM)) {
                throw new RefusedException(tooLarge(wanted));
            }
            throw e;
        }
    }

    private String tooLarge(int wanted) throws IOException {
        long most = Long.parseLong(
                Files.readAllLines(proc.resolve(PIPE_MAX_SIZE)).get(0).strip());
        return wanted > most
                ? "pipeBytes is %d, but fs.pipe-max-size is %d: sysctl -w fs.pipe-max-size=%d"
                        .formatted(wanted, most, wanted)
                : "pipeBytes is %d, but this user's pipes have more than fs.pipe-user-pages-soft allows: raise that, or less"
                                .formatted(wanted)
                        + " must do";
    }

    private static KeptHandles.Key key(String name, Settings settings, FifoCalls.Node node) {
        return new KeptHandles.Key(
                "fifo:" + name,
                Map.of(
                        "path", settings.path().toString(),
                        "node", node.device() + ":" + node.inode(),
                        "access", settings.access().word(),
                        "framing", settings.framing().toString(),
                        "pipeBytes", Integer.toString(settings.pipeBytes())));
    }
}
