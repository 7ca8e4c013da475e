// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All queues of one kind that this machine has, configured or not: one service for each kind that the gateway serves.
 * Thread safe.
 */
@ProviderType
public interface MachineQueues {

    /** Which family. */
    QueueKind kind();

    /**
     * The queues of this IPC namespace, by address.
     *
     * @throws IOException if they cannot be listed; the message says why and what mends it
     */
    List<QueueInfo> list() throws IOException;

    /**
     * Takes a queue away, with the messages in it. Who has a POSIX queue open goes on with it unseen by others; who waits
     * for a System V queue gets EIDRM.
     *
     * @param address as {@link QueueInfo#address}
     * @throws IOException if there is none, or the gateway's user may not; the message says which
     * @throws IllegalArgumentException if it is no address of this kind
     */
    void unlink(String address) throws IOException;
}
