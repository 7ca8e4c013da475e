// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The gateway's own process as the kernel sees it. Thread safe; a call reads two open files and lists one folder.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
@ProviderType
public interface SelfService {

    /**
     * The process now.
     *
     * @throws io.callgate.linux.ErrnoException if /proc cannot be read
     * @throws MalformedProcException if it does not read as known
     */
    Self read() throws IOException;
}
