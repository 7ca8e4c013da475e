// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.time.Duration;

/**
 * How an LED is: an immutable snapshot.
 *
 * @param trigger that it follows, {@value Led#NO_TRIGGER} if none
 * @param brightness that it shows, from 0 to its greatest
 * @param on how long it is lit by the trigger {@code timer}; zero under any other
 * @param off how long it is out by the trigger {@code timer}; zero under any other
 */
public record LedState(String trigger, int brightness, Duration on, Duration off) {

    /** Blinking by the trigger {@code timer}. */
    public boolean isBlinking() {
        return !on.isZero() || !off.isZero();
    }

    /** As a person reads it: {@code off}, {@code 128}, {@code heartbeat}, {@code timer (500 ms on, 250 ms off)}. */
    @Override
    public String toString() {
        if (isBlinking()) {
            return trigger + " (" + on.toMillis() + " ms on, " + off.toMillis() + " ms off)";
        }
        if (!trigger.equals(Led.NO_TRIGGER)) {
            return trigger;
        }
        return brightness == 0 ? "off" : Integer.toString(brightness);
    }
}
