// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import java.util.List;

/**
 * What a signal is used for in the gateway's process, at one moment.
 *
 * @param signal which
 * @param use whose it is
 * @param reason why it cannot be heard, or not in full, in a few words; empty if there is nothing to say
 * @param listeners bundles that listen to it, the first of which gets real-time signals
 * @param heard how often it was heard since this bundle was started
 */
public record SignalState(Signal signal, Use use, String reason, List<String> listeners, long heard) {

    /** Whose it is. */
    public enum Use {
        /** Anybody's: it is blocked, and heard with its sender and value. */
        FREE,
        /** Anybody's, but it is not blocked: the Java runtime hears it, without its sender and value. */
        NUMBER_ONLY,
        /** Nobody's as this process was started: it is not blocked, and would end the process. */
        NOT_BLOCKED,
        /** The kernel's, the Java runtime's, the C library's or the launcher's. */
        RESERVED
    }

    /** Takes a copy of the listeners. */
    public SignalState {
        listeners = List.copyOf(listeners);
    }
}
