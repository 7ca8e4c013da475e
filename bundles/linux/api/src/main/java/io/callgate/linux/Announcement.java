// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A uevent as the kernel sent it: an immutable event.
 *
 * <p>On the wire: {@code ACTION@DEVPATH}, NUL, and then {@code KEY=VALUE}, each with a NUL.
 *
 * @param action add, remove, change, move, online, offline, bind or unbind
 * @param devpath below the root of /sys, beginning with a slash
 * @param subsystem whose device it is
 * @param variables all of them, those above included
 */
public record Announcement(String action, String devpath, String subsystem, Map<String, String> variables) {

    /** Takes a copy of the variables. */
    public Announcement {
        variables = Map.copyOf(variables);
    }

    /** The message in the first bytes of an array; nothing if it is not the kernel's or its path leads out of /sys. */
    public static Optional<Announcement> parse(byte[] message, int length) {
        int head = end(message, 0, length);
        if (indexOf(message, '@', 0, head) <= 0) {
            return Optional.empty();
        }
        Map<String, String> variables = variables(message, head + 1, length);
        String action = variables.get("ACTION");
        String devpath = variables.get("DEVPATH");
        String subsystem = variables.get("SUBSYSTEM");
        String old = variables.getOrDefault("DEVPATH_OLD", "/");
        if (action == null || subsystem == null || !isPath(devpath) || !isPath(old)) {
            return Optional.empty();
        }
        return Optional.of(new Announcement(action, devpath, subsystem, variables));
    }

    /** The {@code KEY=VALUE}s of a part of an array, each ended by NUL or the part's end. */
    public static Map<String, String> variables(byte[] message, int from, int to) {
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

    /** Whether this is a path of a device, and does not lead out of /sys. */
    public static boolean isPath(String text) {
        return text != null && text.startsWith("/") && !(text + "/").contains("/../");
    }

    /** Where the device was before a {@code move}. */
    public Optional<String> oldDevpath() {
        return Optional.ofNullable(variables.get("DEVPATH_OLD"));
    }

    /** Whether somebody asked for it by writing to a file {@code uevent}. */
    public boolean isSynthetic() {
        return variables.containsKey("SYNTH_UUID");
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
