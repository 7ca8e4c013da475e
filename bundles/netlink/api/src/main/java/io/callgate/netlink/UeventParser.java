// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
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
        int head = end(message, 0, length);
        int at = indexOf(message, '@', 0, head);
        if (at <= 0) {
            return Optional.empty();
        }
        return event(variables(message, head + 1, length), Uevent.Origin.KERNEL);
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
        return event(variables(message, offset, offset + bytes), Uevent.Origin.UDEV);
    }

    private static Optional<Uevent> event(Map<String, String> variables, Uevent.Origin origin) {
        String action = variables.get("ACTION");
        String devpath = variables.get("DEVPATH");
        if (action == null || devpath == null || !devpath.startsWith("/") || (devpath + "/").contains("/../")) {
            return Optional.empty();
        }
        boolean synthetic = variables.containsKey("SYNTH_UUID");
        return Optional.of(new Uevent(
                action,
                devpath,
                variables.getOrDefault("SUBSYSTEM", ""),
                number(variables.get("SEQNUM")),
                origin,
                synthetic,
                variables));
    }

    private static long number(String text) {
        if (text == null
                || text.isEmpty()
                || text.length() > 18
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return Long.parseLong(text);
    }

    private static Map<String, String> variables(byte[] message, int from, int to) {
        Map<String, String> variables = new HashMap<>();
        int start = from;
        while (start < to) {
            int end = end(message, start, to);
            int equals = indexOf(message, '=', start, end);
            if (equals > start) {
                variables.put(text(message, start, equals), text(message, equals + 1, end));
            }
            start = end + 1;
        }
        return variables;
    }

    private static String text(byte[] message, int from, int to) {
        return new String(message, from, to - from, StandardCharsets.UTF_8);
    }

    private static int end(byte[] message, int from, int to) {
        int nul = indexOf(message, 0, from, to);
        return nul < 0 ? to : nul;
    }

    private static int indexOf(byte[] message, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (message[i] == wanted) {
                return i;
            }
        }
        return -1;
    }
}
