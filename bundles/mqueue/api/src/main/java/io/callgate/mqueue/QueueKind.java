// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

/** The two families of message queues that Linux has. */
public enum QueueKind {
    /**
     * Named {@code /NAME}; the message with the highest priority comes first, the oldest of those.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/mq_overview.7.html">mq_overview(7)</a>
     */
    POSIX("posix"),
    /**
     * Known by a number, its key; the oldest message comes first, of all or of chosen types.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/sysvipc.7.html">sysvipc(7)</a>
     */
    SYSTEM_V("sysv");

    private final String word;

    QueueKind(String word) {
        this.word = word;
    }

    /** As in PIDs, service properties and commands. */
    public String word() {
        return word;
    }
}
