// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import java.time.Duration;

/**
 * How long one request waits for udev to give the files of new lines to the gateway's group: so many slices in which
 * nothing happened. Not thread safe.
 */
final class Patience {

    /** Also without an event it is worth a look. */
    static final Duration SLICE = Duration.ofMillis(100);

    private static final int SLICES = 30;

    private int left = SLICES;

    boolean isOver() {
        return left == 0;
    }

    /** Nothing happened for a slice. */
    void spend() {
        left--;
    }
}
