// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One announcement of the kernel's.
 *
 * <p>On the wire: {@code ACTION@DEVPATH}, NUL, and then {@code KEY=VALUE}, each with a NUL.
 *
 * @param action add, remove, change, move, online, offline, bind or unbind
 * @param devpath below the root of /sys, beginning with a slash
 * @param subsystem whose device it is
 * @param variables all of them, those above included
 */
record Uevent(String action, String devpath, String subsystem, Map<String, String> variables) {

    /** The message, or nothing if it is not one of the kernel's or its path leads out of /sys. */
    static Optional<Uevent> parse(byte[] message, int length) {
        String[] parts = new String(message, 0, length, StandardCharsets.UTF_8).split("\0");
        if (parts.length == 0 || parts[0].indexOf('@') <= 0) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                variables.put(parts[i].substring(0, equals), parts[i].substring(equals + 1));
            }
        }
        String action = variables.get("ACTION");
        String devpath = variables.get("DEVPATH");
        String subsystem = variables.get("SUBSYSTEM");
        if (action == null || subsystem == null || !isPath(devpath) || !isPathOrAbsent(variables.get("DEVPATH_OLD"))) {
            return Optional.empty();
        }
        return Optional.of(new Uevent(action, devpath, subsystem, Map.copyOf(variables)));
    }

    /** Where the device was before a {@code move}. */
    Optional<String> oldDevpath() {
        return Optional.ofNullable(variables.get("DEVPATH_OLD"));
    }

    boolean isAdd() {
        return action.equals("add");
    }

    boolean isRemove() {
        return action.equals("remove");
    }

    private static boolean isPathOrAbsent(String text) {
        return text == null || isPath(text);
    }

    private static boolean isPath(String text) {
        return text != null && text.startsWith("/") && !(text + "/").contains("/../");
    }
}
