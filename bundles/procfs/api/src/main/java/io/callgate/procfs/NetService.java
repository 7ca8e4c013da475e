// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The counters of the network interfaces. Thread safe; a call is one read of an open file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net(5)</a>
 */
@ProviderType
public interface NetService {

    /**
     * The counters now, of every interface in the gateway's network namespace.
     *
     * @throws io.callgate.linux.ErrnoException if /proc cannot be read
     * @throws MalformedProcException if it does not read as known
     */
    Net read() throws IOException;
}
