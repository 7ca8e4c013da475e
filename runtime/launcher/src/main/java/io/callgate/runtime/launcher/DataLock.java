// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * The lock on a data folder: a kernel lock on the file {@code lock}, in which the holder writes its pid. The kernel
 * frees it when the process dies, whatever killed it, so nothing that is left over stops the next start.
 *
 * <p>Byte 0 is locked as long as the gateway runs. Who takes it, or only asks whether it is taken, holds byte 1 for
 * that moment, so that a question never looks like a gateway, and the pid that is read belongs to the lock.
 */
final class DataLock implements AutoCloseable {

    private static final long GATEWAY = 0;
    private static final long DOOR = 1;
    private static final int LONGEST_PID = 20;

    private final FileChannel channel;

    private DataLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Takes the lock, or says who holds it. */
    static DataLock acquire(DataFolder data) throws LaunchException {
        FileChannel channel = null;
        DataLock acquired = null;
        try {
            channel = open(data.lock(), StandardOpenOption.CREATE);
            try (FileLock door = channel.lock(DOOR, 1, false)) {
                if (!tryLock(channel)) {
                    throw new LaunchException(
                            ExitCode.ALREADY_RUNNING,
                            "already running, pid " + readPid(channel) + ", data folder " + data.path()
                                    + ": stop it with callgate stop --data " + ShellWord.of(data.path())
                                    + ", or start another one with --data DIR");
                }
                writePid(channel);
            }
            acquired = new DataLock(channel);
            return acquired;
        } catch (IOException e) {
            throw LaunchException.of(
                    data.lock(), e, "make the data folder writable, or name another one with --data DIR");
        } finally {
            if (acquired == null && channel != null) {
                closeQuietly(channel);
            }
        }
    }

    /** The pid of the gateway which runs on that data folder, empty if none does. Not for the gateway's own process. */
    static OptionalLong holder(DataFolder data) throws LaunchException {
        try (FileChannel channel = open(data.lock(), StandardOpenOption.READ);
                FileLock door = channel.lock(DOOR, 1, false)) {
            return tryLock(channel) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(readPid(channel)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (NumberFormatException e) {
            throw new LaunchException(data.lock() + " is locked by something that is no gateway; see lslocks", e);
        } catch (IOException e) {
            throw LaunchException.of(data.lock(), e, "ask as the user who runs the gateway");
        }
    }

    /** Completes when no gateway holds the lock any more: the kernel says so, nobody polls. */
    static CompletableFuture<Void> whenFree(DataFolder data) {
        return CompletableFuture.runAsync(() -> {
            try (FileChannel channel = open(data.lock(), StandardOpenOption.READ);
                    FileLock lock = channel.lock(GATEWAY, 1, false)) {
                // Free now; closing gives it back.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static FileChannel open(Path file, StandardOpenOption more) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, more);
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(GATEWAY, 1, false) != null;
        } catch (OverlappingFileLockException e) { // held by this very JVM
            return false;
        }
    }

    private static void writePid(FileChannel channel) throws IOException {
        byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid), 0);
    }

    private static String readPid(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(LONGEST_PID);
        channel.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
    }

    private static void closeQuietly(FileChannel channel) throws LaunchException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new LaunchException("the lock file cannot be closed: " + LaunchException.reason(e), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
