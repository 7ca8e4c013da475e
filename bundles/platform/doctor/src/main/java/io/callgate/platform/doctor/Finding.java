// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

/**
 * What one look at the machine found.
 *
 * @param detail the figure or the name behind the state, a few words; may be empty
 * @param mend what mends it here, where the need's own line would not; empty otherwise
 */
record Finding(State state, String detail, String mend) {

    static Finding of(State state) {
        return of(state, "");
    }

    static Finding of(State state, String detail) {
        return new Finding(state, detail, "");
    }

    @Override
    public String toString() {
        return detail.isEmpty() ? state.toString() : state + " (" + detail + ")";
    }
}
