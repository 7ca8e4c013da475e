// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Memory of a file, of a System V segment, or registers of a device, mapped as a buffer with bounds.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. When the service
 * ends, views that are still held read zeros, and what is written into them reaches nobody. If somebody truncates the
 * file, an access beyond its new end throws {@link InternalError}, sooner or later, and the service goes.
 */
@ProviderType
public interface Region {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.shm.region";

    /** Service property: {@link #address}. */
    String ADDRESS = "shm.address";

    /** The NAME of its configuration. */
    String name();

    /** What is mapped: a path, of a UIO device with the number of the map; or a segment with its key. */
    String address();

    /** Where in it this begins, in bytes. */
    long position();

    /** Length in bytes. */
    int length();

    /** Whether it may be read only. */
    boolean isReadOnly();

    /** A new view of the whole, in native byte order: give each thread its own. Read-only if the region is. */
    ByteBuffer bytes();
}
