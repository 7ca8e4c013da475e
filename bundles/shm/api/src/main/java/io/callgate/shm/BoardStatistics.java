// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.time.Instant;
import java.util.Optional;

/**
 * A board as it was in one moment.
 *
 * @param number of the newest value; 0 if there is none
 * @param length of it in bytes
 * @param written when, by the clock of its writer; empty if there is none
 * @param writer who writes it; empty if nobody does
 * @param writerAlive whether the writer's process is still there
 */
public record BoardStatistics(
        long number, int length, Optional<Instant> written, Optional<Long> writer, boolean writerAlive) {}
