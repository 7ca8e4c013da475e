// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Door.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Errno;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the kernel of this machine refuses to a user without any capability. Credentials are a thread's own: a raw
 * setresuid makes that user of a thread that ends with the test (the C library's would take all threads along).
 */
class UnprivilegedTest {

    private static final int NOBODY = 65534;

    @TempDir
    Path folder;

    private Door door;

    @BeforeEach
    void open() throws IOException {
        assumeTrue((int) Files.getAttribute(folder, "unix:uid") == 0, "only root can become somebody else");
        door = new Door();
        permit(folder, "rwxr-xr-x");
        refused(Errno.ENOENT, "open ", () -> door.files.open(folder.resolve("absent"))); // nobody may load no class
    }

    @AfterEach
    void close() {
        if (door != null) {
            door.close();
        }
    }

    private static Path permit(Path path, String permissions) throws IOException {
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** Once as root, whom no permission of a file stops; then as nobody. */
    private void refusedToNobody(Errno errno, String message, ThrowingCallable call) throws Exception {
        try {
            call.call();
        } catch (Throwable e) {
            throw new AssertionError("root is refused it as well", e);
        }
        asNobody(() -> refused(errno, message, call));
    }

    private void asNobody(ThrowingCallable call) throws Exception {
        FutureTask<Void> task = new FutureTask<>(() -> {
            door.calls.syscall(door.calls.number("setresuid"), NOBODY, NOBODY, NOBODY);
            try {
                call.call();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
            return null;
        });
        Thread thread = new Thread(task, "nobody");
        thread.start();
        try {
            task.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause().getMessage(), e.getCause());
        }
    }

    @Test
    void open01_eacces_aFileOfAnotherIsNotRead() throws Exception {
        Path file = permit(Files.createFile(folder.resolve("mine")), "rw-------");
        refusedToNobody(Errno.EACCES, "open " + file + ": EACCES (Permission denied)", () -> door.files
                .open(file)
                .close());
    }

    @Test
    void open_eacces_aFileThatAllMayReadIsNotWritten() throws Exception {
        Path file = permit(Files.createFile(folder.resolve("readable")), "rw-r--r--");
        refusedToNobody(Errno.EACCES, "open " + file, () -> door.files
                .open(file, OpenFlag.WRONLY)
                .close());
        asNobody(() -> door.files.open(file).close());
    }

    @Test
    void open_eacces_nothingIsCreatedInAFolderOfAnother() throws Exception {
        Path file = folder.resolve("new");
        refusedToNobody(Errno.EACCES, "open " + file, () -> {
            door.files.open(file, 0600, OpenFlag.WRONLY, OpenFlag.CREAT).close();
            Files.deleteIfExists(file);
        });
        assertThat(file).doesNotExist();
    }

    @Test
    void statfs_open_inotify_eacces_whatIsBelowAClosedFolderIsNotReached() throws Exception {
        Path closed = permit(Files.createDirectory(folder.resolve("closed")), "rwx------");
        Path file = permit(Files.createFile(closed.resolve("file")), "rw-rw-rw-");
        refusedToNobody(
                Errno.EACCES, "open " + file, () -> door.files.open(file).close());
        refusedToNobody(Errno.EACCES, "statfs " + file, () -> door.files.statfs(file));
        try (Inotify inotify = door.waiting.inotify()) {
            refusedToNobody(
                    Errno.EACCES, "inotify_add_watch " + file, () -> inotify.remove(inotify.add(file, Inotify.MODIFY)));
        }
    }

    @Test
    void aDescriptorThatRootOpenedServesEverybody() throws Exception {
        Path file = permit(Files.writeString(folder.resolve("kept"), "7"), "rw-------");
        try (Fd fd = door.files.open(file)) {
            asNobody(() -> assertThat(door.files.pread(fd, door.memory.allocate(8), 0, 8, 0))
                    .isEqualTo(1));
        }
    }

    @Test // root of a container may lack these capabilities as well
    void fcntl_setsockopt_eperm_whatNeedsACapabilityIsRefused() throws Exception {
        int limit = Integer.parseInt(
                Files.readAllLines(Path.of("/proc/sys/fs/pipe-max-size")).get(0));
        try (Door.Pipe pipe = door.pipe();
                Fd socket = door.sockets.socket(LinuxSockets.AF_NETLINK, LinuxSockets.SOCK_RAW, 0)) {
            asNobody(() -> refused(
                    Errno.EPERM,
                    "fcntl pipe reader",
                    () -> door.files.fcntl(pipe.reader(), Fcntl.F_SETPIPE_SZ, 2 * limit)));
            asNobody(() -> refused(
                    Errno.EPERM,
                    "setsockopt",
                    () -> door.sockets.option(socket, LinuxSockets.SOL_SOCKET, LinuxSockets.SO_RCVBUFFORCE, 1 << 20)));
        }
    }
}
