// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

/** What the machine has of one need. */
enum State {
    PRESENT("present"),
    ABSENT("absent"),
    NOT_PERMITTED("not permitted"),
    LIMIT_TOO_LOW("limit too low"),
    /** The machine does not say, for example a kernel that publishes no configuration. Not counted as a fault. */
    UNKNOWN("unknown");

    private final String words;

    State(String words) {
        this.words = words;
    }

    boolean isFault() {
        return this != PRESENT && this != UNKNOWN;
    }

    @Override
    public String toString() {
        return words;
    }
}
