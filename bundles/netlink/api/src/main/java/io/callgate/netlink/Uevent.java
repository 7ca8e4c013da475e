// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import io.callgate.linux.Announcement;
import java.util.Map;

/**
 * An announcement of a device.
 *
 * @param action add, remove, change, move, online, offline, bind or unbind
 * @param devpath below /sys, beginning with a slash
 * @param subsystem whose device it is
 * @param sequence the kernel's number of it, -1 if it has none
 * @param origin who says it
 * @param synthetic whether somebody asked for it by writing to a file {@code uevent}
 * @param variables all of them, those above included
 */
public record Uevent(
        String action,
        String devpath,
        String subsystem,
        long sequence,
        Origin origin,
        boolean synthetic,
        Map<String, String> variables) {

    /** Who announces. */
    public enum Origin {
        /** The kernel, as it happens. */
        KERNEL,
        /** udev, after its rules have run: nodes have their names and permissions. */
        UDEV
    }

    /** Takes a copy of the variables. */
    public Uevent {
        variables = Map.copyOf(variables);
    }

    /** What the kernel announced, as the door read it. */
    public static Uevent of(Announcement announcement) {
        return of(announcement, Origin.KERNEL);
    }

    static Uevent of(Announcement said, Origin origin) {
        return new Uevent(
                said.action(),
                said.devpath(),
                said.subsystem(),
                number(said.variables().get("SEQNUM")),
                origin,
                said.isSynthetic(),
                said.variables());
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
}
