// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A signal that was heard. Immutable.
 *
 * @param signal which
 * @param cause why it was sent
 * @param sender who sent it; empty if the kernel did, or if nobody says ({@link Cause#UNKNOWN})
 * @param value that was sent along by sigqueue(3) or set for a timer; empty if there is none
 * @param fd descriptor that is ready, for a signal of {@link Cause#IO} that was asked for by F_SETSIG
 * @param overruns expirations of a timer that have become this one signal, besides its own
 * @param merging what is known of others of its kind
 * @param lost signals that this listener was too slow for, before this one; always 0 for real-time signals
 */
public record SignalEvent(
        Signal signal,
        Cause cause,
        Optional<Sender> sender,
        OptionalInt value,
        OptionalInt fd,
        int overruns,
        Merging merging,
        long lost) {

    /**
     * A process that sends.
     *
     * @param pid as this process sees it; 0 if it is in a namespace that this one cannot see
     * @param uid its real user, which the kernel vouches for unless {@link Cause#QUEUE}
     */
    public record Sender(long pid, long uid) {}

    /** What becomes of several of the same signal. */
    public enum Merging {
        /** A real-time signal: each that was sent is heard, once, in the order in which they were sent. */
        NEVER,
        /** A standard signal: of several that are sent before the first is heard, one is heard. */
        POSSIBLE
    }

    /** The same, after so many that were lost. */
    public SignalEvent after(long lostBefore) {
        return lostBefore == 0
                ? this
                : new SignalEvent(signal, cause, sender, value, fd, overruns, merging, lostBefore);
    }
}
