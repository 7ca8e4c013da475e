// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A block device: see {@link Device}. What is written goes to the page cache and later to the medium; {@link #flush}
 * waits for that. Positions and lengths are in bytes; with {@link #isDirect} they and the buffers must be multiples of
 * {@link #logicalSectorBytes} ({@link #allocate} gives such buffers), or the kernel answers EINVAL.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/sd.4.html">sd(4)</a>
 */
@ProviderType
public interface BlockDevice extends Device {

    /** Its size now, in bytes; 0 without a medium. */
    long sizeBytes() throws IOException;

    /** The smallest unit that it can be addressed by. */
    int logicalSectorBytes() throws IOException;

    /** The smallest unit that it writes without reading first. */
    int physicalSectorBytes() throws IOException;

    /** True if the medium cannot be written, whoever opens it. */
    boolean isReadOnly() throws IOException;

    /** True if it was opened with O_DIRECT, past the page cache. */
    boolean isDirect();

    /**
     * Tells the medium that a range is not needed any more; what is read there afterwards is up to the medium.
     *
     * @throws io.callgate.linux.ErrnoException EOPNOTSUPP if it cannot, EINVAL if the range is not of whole sectors, EBADF if
     *     it is not open for writing
     */
    void discard(long position, long length) throws IOException;

    /** Waits until everything that was written is on the medium. May take seconds. */
    void flush() throws IOException;

    /** Who uses it or one of its partitions now: mounts, swap, and devices that stand on it. Opens no device. */
    List<Holder> holders() throws IOException;
}
