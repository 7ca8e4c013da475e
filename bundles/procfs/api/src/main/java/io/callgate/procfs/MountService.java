// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What is mounted where, as the gateway sees it. Thread safe; a call reads an open file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
@ProviderType
public interface MountService {

    /**
     * The mounts now, in the kernel's order: a later one hides an earlier one on the same place.
     *
     * @throws io.callgate.linux.ErrnoException if /proc cannot be read
     * @throws MalformedProcException if it does not read as known
     */
    List<Mount> read() throws IOException;
}
