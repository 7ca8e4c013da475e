// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;

/**
 * What stands at a path, as statx(2) says it.
 *
 * @param mode type and permissions
 * @param number of the device, meaningless for what is none
 * @param owner user id
 * @param inode of the node itself: another one is another node, even with the same number
 */
record Node(int mode, DeviceNumber number, long owner, long inode) {

    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER = 0020000;
    private static final int DIRECTORY = 0040000;
    private static final int BLOCK = 0060000;
    private static final int REGULAR = 0100000;
    private static final int SOCKET = 0140000;

    static DeviceNumber.Kind kind(int mode) {
        return (mode & TYPE) == BLOCK ? DeviceNumber.Kind.BLOCK : DeviceNumber.Kind.CHARACTER;
    }

    boolean isDevice() {
        return (mode & TYPE) == BLOCK || (mode & TYPE) == CHARACTER;
    }

    boolean isBlock() {
        return (mode & TYPE) == BLOCK;
    }

    /** What it is, with its article. */
    String what() {
        return switch (mode & TYPE) {
            case FIFO -> "a FIFO";
            case DIRECTORY -> "a directory";
            case REGULAR -> "a regular file";
            case SOCKET -> "a socket";
            case CHARACTER -> "a character device";
            case BLOCK -> "a block device";
            default -> "a file of an unknown type";
        };
    }

    String permissions() {
        return String.format("mode %04o, owner %d", mode & 07777, owner);
    }
}
