// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/**
 * What a descriptor can be ready for: bits of poll(2) and epoll(7), which have the same values.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class Ready {

    /** There is something to read. */
    public static final int IN = 0x1;
    /** An exceptional condition: a sysfs attribute changed, a pressure trigger fired. */
    public static final int PRI = 0x2;
    /** There is room to write. */
    public static final int OUT = 0x4;
    /** Error; always reported. */
    public static final int ERR = 0x8;
    /** Hang-up; always reported. */
    public static final int HUP = 0x10;
    /** The peer shut down its writing half. */
    public static final int RDHUP = 0x2000;

    private Ready() {}
}
