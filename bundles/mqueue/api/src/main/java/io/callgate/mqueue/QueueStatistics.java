// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.util.Optional;

/**
 * A queue at one moment.
 *
 * @param messages that wait
 * @param bytes of those
 * @param maxMessages it takes at most; for System V, which counts bytes, as many as bytes
 * @param maxBytes it takes at most
 * @param lastSent who sent last; only System V knows
 * @param lastReceived who received last; only System V knows
 */
public record QueueStatistics(
        long messages,
        long bytes,
        long maxMessages,
        long maxBytes,
        Optional<Transfer> lastSent,
        Optional<Transfer> lastReceived) {}
