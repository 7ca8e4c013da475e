// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where the processors' time went. Thread safe; a call is one read of an open file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</a>
 */
@ProviderType
public interface CpuService {

    /**
     * The times now, since boot.
     *
     * @throws io.callgate.linux.ErrnoException if /proc cannot be read
     * @throws MalformedProcException if it does not read as known
     */
    Cpu read() throws IOException;
}
