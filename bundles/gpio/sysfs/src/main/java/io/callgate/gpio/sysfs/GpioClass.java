// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The files of /sys/class/gpio. Thread safe.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/sysfs.html">GPIO Sysfs Interface for Userspace</a>
 */
final class GpioClass {

    private static final int ATTRIBUTE_BYTES = 4096;
    private static final int MOST_BYTES = 1 << 20;

    private final Path sys;
    private final Path folder;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final LinuxWaiting waiting;
    private final EventLoop loop;

    /** @param sys {@code /sys} unless a test says otherwise */
    GpioClass(Path sys, LinuxFiles files, LinuxMemory memory, LinuxWaiting waiting, EventLoop loop) {
        this.sys = sys;
        this.folder = sys.resolve("class").resolve("gpio");
        this.files = files;
        this.memory = memory;
        this.waiting = waiting;
        this.loop = loop;
    }

    LinuxFiles files() {
        return files;
    }

    NativeBuffer buffer(int bytes) {
        return memory.allocate(bytes);
    }

    /** What the kernel tells of all chips and who holds their lines; most kernels let only root read it. */
    Path debug() {
        return sys.resolve("kernel").resolve("debug").resolve("gpio");
    }

    /** The folder of an exported line. */
    Path line(int number) {
        return folder.resolve("gpio" + number);
    }

    /** Where lines are given back. */
    Path unexport() {
        return folder.resolve("unexport");
    }

    /** Takes a line; when this returns its folder is there. EBUSY if somebody has it. */
    void export(int number) throws IOException {
        write(folder.resolve("export"), Integer.toString(number), new Patience());
    }

    /** Gives a line back. */
    void unexport(int number) throws IOException {
        write(unexport(), Integer.toString(number), new Patience());
    }

    /**
     * What an exported line's folder is, and no other will be in this boot: the kernel gives every new one a new inode
     * number. Empty if the line is not exported.
     */
    Optional<String> identity(int number) {
        try {
            Object key = Files.readAttributes(line(number), BasicFileAttributes.class)
                    .fileKey();
            return Optional.of(String.valueOf(key));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /** The text of an attribute, without its newline. */
    String read(Path attribute) throws IOException {
        NativeBuffer buffer = memory.allocate(ATTRIBUTE_BYTES);
        try (Fd fd = files.open(attribute, OpenFlag.RDONLY)) {
            int length = files.pread(fd, buffer, 0, buffer.size(), 0);
            return buffer.text(0, transferred(attribute, "pread", length)).strip();
        }
    }

    /** The text of a file that may be longer than an attribute, for example in debugfs. */
    String readLong(Path file) throws IOException {
        NativeBuffer buffer = memory.allocate(1 << 16);
        StringBuilder text = new StringBuilder();
        try (Fd fd = files.open(file, OpenFlag.RDONLY)) {
            int length;
            do {
                length = transferred(file, "read", files.read(fd, buffer, 0, buffer.size()));
                text.append(buffer.text(0, length));
            } while (length > 0 && text.length() < MOST_BYTES);
        }
        return text.toString();
    }

    /** Writes an attribute by one call. */
    void write(Path attribute, String text, Patience patience) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeBuffer buffer = memory.allocate(bytes.length);
        buffer.bytes().put(0, bytes);
        try (Fd fd = open(attribute, OpenFlag.WRONLY, patience)) {
            transferred(attribute, "write", files.write(fd, buffer, 0, bytes.length));
        }
    }

    /** Opens a line's value to be read, written and waited for; the caller owns it. */
    Fd openValue(int number, Patience patience) throws IOException {
        return open(line(number).resolve("value"), OpenFlag.RDWR, patience);
    }

    private static int transferred(Path file, String call, int count) throws ErrnoException {
        if (count == LinuxFiles.WOULD_BLOCK) {
            throw new ErrnoException(call, file.toString(), Errno.EAGAIN);
        }
        return count;
    }

    private Fd open(Path file, OpenFlag access, Patience patience) throws IOException {
        try {
            return files.open(file, access);
        } catch (ErrnoException e) {
            boolean mayChange = e.is(Errno.EACCES)
                    && file.startsWith(folder)
                    && !file.getParent().equals(folder);
            if (!mayChange || patience.isOver() || loop.isLoopThread()) {
                throw e;
            }
            return openWhenPermitted(file, access, patience);
        }
    }

    /** The kernel makes the files of a new line for root; udev gives them to a group a moment later. */
    private Fd openWhenPermitted(Path file, OpenFlag access, Patience patience) throws IOException {
        try (Inotify watcher = waiting.inotify()) {
            watch(watcher, file);
            while (true) {
                try {
                    return files.open(file, access);
                } catch (ErrnoException e) {
                    if (!e.is(Errno.EACCES) || patience.isOver()) {
                        throw e;
                    }
                }
                if (waiting.poll(watcher.fd(), Ready.IN, Patience.SLICE) == 0) {
                    patience.spend();
                } else {
                    watcher.read();
                }
            }
        }
    }

    private static void watch(Inotify watcher, Path file) throws IOException {
        try {
            watcher.add(file, Inotify.ATTRIB);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOSPC, Errno.EACCES)) { // without it the slices alone say when to look
                throw e;
            }
        }
    }
}
