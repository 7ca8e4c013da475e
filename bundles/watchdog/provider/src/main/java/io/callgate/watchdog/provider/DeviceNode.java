// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.OpenFlag;
import io.callgate.watchdog.WatchdogBusyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Opens a watchdog's node, and no other: by O_PATH first, which calls no driver; only if what was found is the character
 * device of the number that /sys told is it opened, through that same handle.
 */
final class DeviceNode {

    private static final int TYPE = 0170000;
    private static final int CHARACTER = 0020000;

    /** A character device's number; what is none has {@link #NONE}. */
    record Number(int major, int minor) {

        static final Number NONE = new Number(-1, -1);

        /** As in a uevent or in a {@code dev} attribute: {@code 10:130}. */
        static Number parse(String text) {
            String[] parts = text.strip().split(":");
            try {
                return parts.length == 2 ? new Number(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])) : NONE;
            } catch (NumberFormatException e) {
                return NONE;
            }
        }

        /** The kernel's dev_t as the C library has it (makedev(3)). */
        static Number of(long device) {
            return new Number((int) (device >>> 8 & 0xfff | device >>> 32 & 0xfffff000), (int)
                    (device & 0xff | device >>> 12 & 0xffffff00));
        }
    }

    /** Looks at what is at the end of a link, without opening it. */
    @FunctionalInterface
    interface Look {
        Number at(Path link) throws IOException;
    }

    private final LinuxFiles files;
    private final Look look;
    private final Holders holders;

    DeviceNode(LinuxFiles files, Look look, Holders holders) {
        this.files = files;
        this.look = look;
        this.holders = holders;
    }

    /** As stat(2) says it. */
    static Number stat(Path link) throws IOException {
        Map<String, Object> inode = Files.readAttributes(link, "unix:mode,rdev");
        boolean character = ((Integer) inode.get("mode") & TYPE) == CHARACTER;
        return character ? Number.of((Long) inode.get("rdev")) : Number.NONE;
    }

    /**
     * Opens the device, which arms it.
     *
     * @throws WatchdogBusyException if another program has it open
     */
    Fd open(Path node, Number expected) throws IOException {
        try (Fd handle = files.open(node, OpenFlag.PATH);
                Fd.Use use = handle.use()) {
            Path link = Path.of("/proc/self/fd", Integer.toString(use.number()));
            Number found = look.at(link);
            if (found.equals(Number.NONE) || !found.equals(expected)) {
                throw new IOException(node + " is refused: it is not the character device " + expected.major() + ":"
                        + expected.minor() + " that /sys names; see what udev or somebody else has put there");
            }
            return files.open(link, OpenFlag.WRONLY);
        } catch (ErrnoException e) { // our own handle is closed by now, or it would be among the holders
            if (e.is(Errno.EBUSY)) {
                throw new WatchdogBusyException(node.toString(), holders.of(node));
            }
            throw new ErrnoException(e.call(), node.toString(), e.errno());
        }
    }
}
