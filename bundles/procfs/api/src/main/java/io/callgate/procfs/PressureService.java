// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * How much time work was lost because a resource was short: pressure stall information. To be told by the kernel
 * instead of asking again and again, register a {@link PressureListener}. Thread safe; a call is one read of an open
 * file.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">PSI - Pressure Stall Information</a>
 */
@ProviderType
public interface PressureService {

    /**
     * The pressure on a resource now.
     *
     * @throws io.callgate.linux.ErrnoException ENOENT or EOPNOTSUPP if this kernel tells none (boot with psi=1)
     * @throws MalformedProcException if it does not read as known
     */
    Pressure read(PressureResource resource) throws IOException;
}
