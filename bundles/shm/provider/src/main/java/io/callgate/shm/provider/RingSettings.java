// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingKind;
import java.util.concurrent.TimeUnit;

/**
 * A checked configuration of a ring.
 *
 * @param capacity of a new one
 * @param spinNanos how long a consumer looks before it sleeps
 * @param pollNanos how long it sleeps at most, for producers that do not wake it; 0 if there are none
 * @param strangersNanos after which time a claim of such a producer is released; 0 for never
 */
record RingSettings(
        FileSettings file,
        RingKind kind,
        Role role,
        int capacity,
        long spinNanos,
        long pollNanos,
        long strangersNanos) {

    /** What the gateway does with it. */
    enum Role {
        BOTH,
        CONSUMER,
        PRODUCER
    }

    private static final int MOST_MICROS = 1_000_000;
    private static final int MOST_MILLIS = 3_600_000;

    /** @throws InvalidSettingException with the sentence that says what is wrong */
    static RingSettings of(String name, RingComponent.Config config) throws InvalidSettingException {
        int capacity = FileSettings.number("capacity", config::capacity, Layout.MIN_CAPACITY, Layout.MAX_CAPACITY);
        if (Integer.bitCount(capacity) != 1) {
            throw new InvalidSettingException("\"capacity\" is " + capacity + ", not a power of two: "
                    + Integer.highestOneBit(capacity) + " is, and " + 2L * Integer.highestOneBit(capacity));
        }
        int poll = FileSettings.number("pollMicros", config::pollMicros, 0, MOST_MICROS);
        int timeout = FileSettings.number("foreignTimeoutMillis", config::foreignTimeoutMillis, 0, MOST_MILLIS);
        if (timeout > 0 && poll == 0) {
            throw new InvalidSettingException(
                    "\"foreignTimeoutMillis\" is " + timeout
                            + ", but \"pollMicros\" is 0, so that there are no foreign producers: say how often to look for them");
        }
        return new RingSettings(
                FileSettings.of(name, config::path, config::open, config::mode, config::owner, config::unlink),
                FileSettings.word("kind", config::kind, RingKind.values()),
                FileSettings.word("role", config::role, Role.values()),
                capacity,
                TimeUnit.MICROSECONDS.toNanos(FileSettings.number("spinMicros", config::spinMicros, 0, MOST_MICROS)),
                TimeUnit.MICROSECONDS.toNanos(poll),
                TimeUnit.MILLISECONDS.toNanos(timeout));
    }
}
