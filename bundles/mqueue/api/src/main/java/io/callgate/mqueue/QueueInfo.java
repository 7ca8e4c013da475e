// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.util.Optional;
import java.util.Set;

/**
 * A queue that this machine has, whoever made it.
 *
 * @param kind which family it is of
 * @param address as {@link MessageQueue#address}; a System V queue without a key is {@code id:ID}
 * @param owner name of its user, or the number of one that has none
 * @param mode permission bits
 * @param messages that wait
 * @param bytes of those
 * @param users processes that have it open (POSIX), or that last sent and received (System V), as far as they live and
 *     may be seen; empty: nobody has
 * @param lastSent who sent last; only System V knows
 * @param lastReceived who received last; only System V knows
 */
public record QueueInfo(
        QueueKind kind,
        String address,
        String owner,
        int mode,
        long messages,
        long bytes,
        Set<Long> users,
        Optional<Transfer> lastSent,
        Optional<Transfer> lastReceived) {

    /** Takes a copy of the users. */
    public QueueInfo {
        users = Set.copyOf(users);
    }
}
