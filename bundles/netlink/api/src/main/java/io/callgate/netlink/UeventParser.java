// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import io.callgate.linux.Announcement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Reads announcements as they are on the wire: the kernel's are {@code ACTION@DEVPATH} and then {@code KEY=VALUE}, each ended by NUL;
 * udev's begin with {@code libudev}, a magic number and the place of the same variables. No bytes whatever make it fail in another way
 * than by an empty result. Stateless.
 */
public final class UeventParser {

    private static final String UDEV = "libudev";
    private static final int UDEV_MAGIC = 0xfeedcafe;
    private static final int UDEV_HEADER = 24;

    private UeventParser() {}

    /** The kernel's, in the first bytes of an array; nothing if it is none, or if its path leads out of /sys. */
    public static Optional<Uevent> kernel(byte[] message, int length) {
        return Announcement.parse(message, length).map(Uevent::of);
    }

    /** udev's; it says itself where its variables begin. */
    public static Optional<Uevent> udev(byte[] message, int length) {
        if (length < UDEV_HEADER
                || !new String(message, 0, UDEV.length(), StandardCharsets.ISO_8859_1).equals(UDEV)
                || message[UDEV.length()] != 0) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(message, 0, length);
        int magic = header.order(ByteOrder.BIG_ENDIAN).getInt(8);
        header.order(ByteOrder.nativeOrder());
        int offset = header.getInt(16);
        int bytes = header.getInt(20);
        if (magic != UDEV_MAGIC || offset < UDEV_HEADER || bytes < 0 || offset > length || bytes > length - offset) {
            return Optional.empty();
        }
        return event(Announcement.variables(message, offset, offset + bytes));
    }

    private static Optional<Uevent> event(Map<String, String> variables) {
        String action = variables.get("ACTION");
        String devpath = variables.get("DEVPATH");
        if (action == null || !Announcement.isPath(devpath)) {
            return Optional.empty();
        }
        String subsystem = variables.getOrDefault("SUBSYSTEM", "");
        return Optional.of(Uevent.of(new Announcement(action, devpath, subsystem, variables), Uevent.Origin.UDEV));
    }
}
