// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/**
 * A file system's size and room.
 *
 * @param type magic number, for example 0x62656572 for sysfs
 * @param blockSizeBytes unit of the block counts
 * @param blocks all blocks
 * @param blocksFree free blocks
 * @param blocksAvailable free blocks for users who are not root
 * @param inodes all inodes
 * @param inodesFree free inodes
 * @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a>
 */
public record StatFs(
        long type,
        long blockSizeBytes,
        long blocks,
        long blocksFree,
        long blocksAvailable,
        long inodes,
        long inodesFree) {

    /** Room for users who are not root, in bytes. */
    public long availableBytes() {
        return blocksAvailable * blockSizeBytes;
    }
}
