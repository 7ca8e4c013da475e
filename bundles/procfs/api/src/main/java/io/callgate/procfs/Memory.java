// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

/**
 * The system's memory.
 *
 * @param totalBytes all that the kernel manages
 * @param freeBytes used for nothing at all
 * @param availableBytes what programs can have without swapping; on kernels before 3.14, which do not say, the sum of
 *     free, buffers and cached
 * @param buffersBytes raw disk blocks in memory
 * @param cachedBytes files in memory, tmpfs and shared memory included
 * @param sharedBytes tmpfs and shared memory
 * @param reclaimableBytes kernel caches that can be given back
 * @param dirtyBytes written by programs, not yet to the medium
 * @param swapTotalBytes swap space
 * @param swapFreeBytes unused swap space
 */
public record Memory(
        long totalBytes,
        long freeBytes,
        long availableBytes,
        long buffersBytes,
        long cachedBytes,
        long sharedBytes,
        long reclaimableBytes,
        long dirtyBytes,
        long swapTotalBytes,
        long swapFreeBytes) {

    /** What is not available. */
    public long usedBytes() {
        return totalBytes - availableBytes;
    }

    /** Used swap space. */
    public long swapUsedBytes() {
        return swapTotalBytes - swapFreeBytes;
    }

    /** What part of the memory is used, from 0 to 1. */
    public double usedRatio() {
        return totalBytes == 0 ? 0 : (double) usedBytes() / totalBytes;
    }
}
