// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How the system's memory is used. Thread safe; a call is one read of an open file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_meminfo.5.html">proc_meminfo(5)</a>
 */
@ProviderType
public interface MemoryService {

    /**
     * The memory now.
     *
     * @throws io.callgate.linux.ErrnoException if /proc cannot be read
     * @throws MalformedProcException if it does not read as known
     */
    Memory read() throws IOException;
}
