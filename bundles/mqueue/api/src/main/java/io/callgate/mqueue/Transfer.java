// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.time.Instant;

/**
 * The last message that was sent or received.
 *
 * @param pid of the process, which may have ended since
 * @param time to the second
 */
public record Transfer(long pid, Instant time) {}
