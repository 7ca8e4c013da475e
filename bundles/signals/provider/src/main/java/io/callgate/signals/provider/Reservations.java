// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.signals.Signal;
import java.util.Optional;

/** Signals that somebody in this process needs, and what for. Measured on OpenJDK 17 and 25 with glibc 2.36. */
final class Reservations {

    private Reservations() {}

    /** Who needs it, in a few words; empty if nobody does. */
    static Optional<String> of(Signal signal) {
        String why =
                switch (signal.number()) {
                    case 1, 2, 15 -> "it ends the gateway in order";
                    case 3 -> "the Java runtime prints its threads on it";
                    case 4, 5, 6, 7, 8, 11, 31 -> "it tells of a fault in the program itself";
                    case 9, 19 -> "the kernel lets nobody catch it";
                    case 12 -> "the Java runtime suspends its threads by it";
                    case 13 -> "the Java runtime turns it into errors of writes";
                    case 18, 20, 21, 22 -> "it is the terminal's job control";
                    case 25 -> "the Java runtime turns it into errors of writes";
                    case 28 -> "the console follows the size of its window by it";
                    case 32, 33 -> "the C library's threads need it";
                    case 62 -> "the Java runtime wakes threads that wait in calls by it";
                    default -> "";
                };
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }
}
