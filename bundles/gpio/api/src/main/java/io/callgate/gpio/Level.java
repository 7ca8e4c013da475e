// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/** The logical level of a line: active or inactive, whatever the voltage (see {@link LineSettings#activeLow()}). */
public enum Level {
    /** Off. */
    INACTIVE,
    /** On. */
    ACTIVE;

    /** ACTIVE if true. */
    public static Level of(boolean active) {
        return active ? ACTIVE : INACTIVE;
    }

    /** The other one. */
    public Level opposite() {
        return of(this == INACTIVE);
    }
}
