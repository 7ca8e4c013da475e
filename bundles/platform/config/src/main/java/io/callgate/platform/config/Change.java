// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;

/** One change, however many configurations it touches: its kind, and the generation number that all of them share. */
final class Change {

    private final Generation.Kind kind;
    private long number;

    Change(Generation.Kind kind) {
        this.kind = kind;
    }

    Generation.Kind kind() {
        return kind;
    }

    /** Taken from the history when the first configuration is written. */
    long number(History history) throws IOException {
        if (number == 0) {
            number = history.next();
        }
        return number;
    }
}
