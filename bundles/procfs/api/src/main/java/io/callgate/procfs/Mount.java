// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.util.List;

/**
 * A mounted file system.
 *
 * @param id unique while it is mounted
 * @param parentId the mount it stands on
 * @param major of the device number that its files show
 * @param minor of that number
 * @param root which folder of the file system is mounted, usually {@code /}
 * @param mountPoint where; not a Path, since in a process with an ASCII locale some names are none
 * @param options of this mount, such as ro, nosuid, relatime
 * @param propagation how mounts below it spread, such as shared:5; empty for a private one
 * @param type of the file system, such as ext4
 * @param source what is mounted, usually a device node; the type decides what it means
 * @param superOptions of the file system, whatever is mounted of it
 */
public record Mount(
        int id,
        int parentId,
        int major,
        int minor,
        String root,
        String mountPoint,
        List<String> options,
        List<String> propagation,
        String type,
        String source,
        List<String> superOptions) {

    /** Takes copies of the lists. */
    public Mount {
        options = List.copyOf(options);
        propagation = List.copyOf(propagation);
        superOptions = List.copyOf(superOptions);
    }

    /** True if nothing can be written here, be it by this mount or by the file system. */
    public boolean isReadOnly() {
        return options.contains("ro") || superOptions.contains("ro");
    }
}
