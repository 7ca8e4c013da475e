// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A device node, opened once: a {@link CharacterDevice} or a {@link BlockDevice}.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while the device is there and may be opened, and comes back with the device. Thread safe as far as the driver is: calls
 * are not put in turns. No call waits for something to come ({@link DeviceReadyListener} does that), but each takes its
 * driver's time: a disk's for its medium, a tty's that is told to drain for the whole line.
 *
 * <p>Every call throws {@link io.callgate.linux.ErrnoException ErrnoException} with what the driver answered (ENODEV: it
 * has gone, and so will this service) and {@link io.callgate.linux.ClosedFdException ClosedFdException} after that.
 */
@ProviderType
public interface Device {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.device.file";

    /** Service property: the node, links resolved. */
    String PATH = "device.path";

    /** Service property: MAJOR:MINOR. */
    String NUMBER = "device.number";

    /** Service property: the kernel's subsystem, for example tty or block; absent if /sys does not know the device. */
    String SUBSYSTEM = "device.subsystem";

    /** Service property, Boolean: as {@link #isWritable()}. */
    String WRITABLE = "device.writable";

    /** The NAME of its configuration. */
    String name();

    /** The node, links resolved. */
    Path path();

    /** Which device it is. */
    DeviceNumber number();

    /** True if it was opened for writing. A mounted block device is not, unless the configuration says so. */
    boolean isWritable();

    /** Zeroed memory for this device's calls, aligned as they need it; it goes with the garbage collector. */
    NativeBuffer allocate(int bytes);

    /**
     * Reads at the descriptor's position, which moves.
     *
     * @return bytes read, 0 at the end, {@link LinuxFiles#WOULD_BLOCK} if there is nothing now
     * @throws IndexOutOfBoundsException if offset and length are not within the buffer
     */
    int read(NativeBuffer into, int offset, int length) throws IOException;

    /** Writes at the descriptor's position, which moves. Returns as {@link LinuxFiles#write}. */
    int write(NativeBuffer from, int offset, int length) throws IOException;

    /** Reads at a position in bytes, and leaves the descriptor's alone; ESPIPE from a device that has none. */
    int pread(NativeBuffer into, int offset, int length, long position) throws IOException;

    /** Writes at a position in bytes, and leaves the descriptor's alone; ESPIPE from a device that has none. */
    int pwrite(NativeBuffer from, int offset, int length, long position) throws IOException;

    /**
     * The descriptor's position in bytes; ESPIPE from a device that has none.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2)</a>
     */
    long position() throws IOException;

    /** Moves the descriptor to a position in bytes from the beginning. */
    void position(long position) throws IOException;

    /** A request whose argument is a number, or that has none (0). Returns what the driver returned, not negative. */
    int ioctl(Ioctl request, long argument) throws IOException;

    /**
     * A request whose argument is a structure. A number that states no size, or a smaller one than the driver's
     * structure, protects nothing: the buffer must be as large as the structure.
     *
     * @throws IndexOutOfBoundsException if the size that the request's number states is not within the buffer
     */
    int ioctl(Ioctl request, NativeBuffer argument, int offset) throws IOException;

    /**
     * A request whose argument is a structure.
     *
     * @throws IllegalArgumentException if the structure is smaller than the request's number states
     */
    default int ioctl(Ioctl request, Struct argument) throws IOException {
        if (argument.layout().size() < request.size()) {
            throw new IllegalArgumentException("%s has %d bytes, the request 0x%x wants %d"
                    .formatted(argument.layout().name(), argument.layout().size(), request.number(), request.size()));
        }
        return ioctl(request, argument.buffer(), argument.offset());
    }

    /** The descriptor, for calls of the door that are not here (mmap, for example). It stays this service's. */
    Fd fd();
}
