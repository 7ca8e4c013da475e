// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

import java.time.Instant;

/**
 * The other end of a FIFO was opened, or the last who had it open has closed it or died.
 *
 * @param fifo NAME of its configuration
 * @param peer how it is since
 * @param time when the gateway saw it, by the wall clock
 * @param lost events that this listener was too slow for, before this one
 */
public record PeerEvent(String fifo, Peer peer, Instant time, long lost) {}
