// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/**
 * One edge as the backend learned of it: an immutable snapshot.
 *
 * @param name {@code callgate.name} of the input or group
 * @param offset of the line on its chip, from 0
 * @param level the logical level after the edge
 * @param timestampNanos when, on clock
 * @param clock of the timestamp
 * @param sequence of all edges of this request, from 1; has gaps where edges were lost
 * @param lineSequence of the edges of this line, from 1; has gaps where edges were lost. Of the kernel; counted by us
 *     where the clock is {@link EventClock#OBSERVED}
 * @param lost edges of this request that the kernel (its buffer was full) or a slow listener dropped before this one,
 *     as far as they can be counted: sysfs merges edges that come faster than they are looked at, and never says so
 */
public record Edge(
        String name,
        int offset,
        Level level,
        long timestampNanos,
        EventClock clock,
        long sequence,
        long lineSequence,
        long lost) {

    /** The same edge after so many more that were lost. */
    public Edge withMoreLost(long more) {
        return more == 0
                ? this
                : new Edge(name, offset, level, timestampNanos, clock, sequence, lineSequence, lost + more);
    }
}
