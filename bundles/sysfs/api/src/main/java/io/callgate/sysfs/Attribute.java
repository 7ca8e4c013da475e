// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A file below /sys, kept open and read again by pread.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while its file is there and holds what the configuration says, and comes back with the file. Thread safe: readers take
 * turns. A call lasts as long as the driver takes, for a slow sensor up to seconds; {@link #last} never waits.
 *
 * <p>Every read throws
 * {@link io.callgate.linux.ErrnoException ErrnoException} with what the driver answered (EAGAIN, EBUSY, EIO: this read
 * failed, try again; ENODEV: it has gone, and so will this service),
 * {@link io.callgate.linux.ClosedFdException ClosedFdException} after it has gone, and {@link MalformedValueException}.
 *
 * @see <a href="https://docs.kernel.org/filesystems/sysfs.html">sysfs</a>
 */
@ProviderType
public interface Attribute {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.sysfs.attribute";

    /** Service property: the file, links resolved. */
    String PATH = "sysfs.path";

    /** Service property: integer, decimal, boolean, string or bytes. */
    String TYPE = "sysfs.type";

    /** Service property: the unit of its values; absent if it has none. */
    String UNIT = "sysfs.unit";

    /** The NAME of its configuration. */
    String name();

    /** The file, links resolved. */
    Path path();

    /** Reads the file now. Listeners are told if it has changed. */
    Value read() throws IOException;

    /** The newest value anybody got: by interval, by notification, by {@link #read} or after a write. Never blocks. */
    Value last();

    /**
     * The value now, as {@link Value#asLong()} would give it, without any garbage: for control loops. Leaves
     * {@link #last} alone and tells no listener.
     *
     * @throws IllegalStateException if its type is string or bytes
     */
    long readLong() throws IOException;

    /**
     * The value now, as {@link Value#asDouble()} would give it, without any garbage: for control loops. Leaves
     * {@link #last} alone and tells no listener.
     *
     * @throws IllegalStateException if its type is string or bytes
     */
    double readDouble() throws IOException;

    /** True if the configuration allows writing; otherwise every write throws UnsupportedOperationException. */
    boolean isWritable();

    /**
     * Writes a number in the attribute's unit, scaled back to what the file takes; then reads what the driver made of
     * it, unless that read fails.
     *
     * @throws io.callgate.linux.ErrnoException with what the driver answered, EINVAL for a value it does not like
     * @throws IllegalArgumentException if its type has no numbers, or the number does not fit
     */
    void write(long value) throws IOException;

    /** As {@link #write(long)}; for type integer it is rounded to the nearest number that the file can hold. */
    void write(double value) throws IOException;

    /**
     * Writes what a person would type for its type: {@code 45.5}, {@code 0x1f}, {@code on}, text, or bytes as hex digits.
     * A boolean is written in the file's own words (a file that says {@code enabled} is given {@code disabled}).
     *
     * @throws io.callgate.linux.ErrnoException with what the driver answered
     * @throws IllegalArgumentException if it is no value of its type
     */
    void write(String value) throws IOException;

    /**
     * Writes bytes as they are, whatever its type.
     *
     * @throws io.callgate.linux.ErrnoException with what the driver answered
     */
    void write(byte[] value) throws IOException;
}
