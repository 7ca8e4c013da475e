// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

/**
 * Who uses a block device.
 *
 * @param kind how it is used
 * @param name a mount point, a device's name (dm-0, md127), or the swap's node
 */
public record Holder(Kind kind, String name) {

    /** How a block device is used. */
    public enum Kind {
        /** A file system on it is mounted. */
        MOUNT,
        /** Memory is swapped to it. */
        SWAP,
        /** Another block device stands on it. */
        DEVICE
    }

    /** For example {@code mounted on /mnt}. */
    @Override
    public String toString() {
        return switch (kind) {
            case MOUNT -> "mounted on " + name;
            case SWAP -> "swap";
            case DEVICE -> "held by " + name;
        };
    }
}
