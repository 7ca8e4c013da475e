// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

/** No chip has such lines now, or more than one has; the message is the one line that says why and what mends it. */
final class UnresolvedException extends Exception {

    private final boolean ambiguous;

    UnresolvedException(String message) {
        this(message, false);
    }

    private UnresolvedException(String message, boolean ambiguous) {
        super(message);
        this.ambiguous = ambiguous;
    }

    /** More than one chip has such a line. */
    static UnresolvedException ambiguous(String message) {
        return new UnresolvedException(message, true);
    }

    /** True if there are too many rather than none. */
    boolean isAmbiguous() {
        return ambiguous;
    }
}
