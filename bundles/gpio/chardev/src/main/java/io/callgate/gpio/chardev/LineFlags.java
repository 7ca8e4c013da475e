// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static io.callgate.gpio.chardev.Uapi.Flag;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Direction;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.LineSettings;
import java.time.Duration;

/** Settings of a line as the kernel's flags, and back. */
final class LineFlags {

    private LineFlags() {}

    /** Never without a direction: the kernel would leave such a line as it is. */
    static long of(LineSettings settings) {
        return (settings.direction() == Direction.OUTPUT ? Flag.OUTPUT : Flag.INPUT)
                | (settings.activeLow() ? Flag.ACTIVE_LOW : 0)
                | bias(settings.bias())
                | drive(settings.drive())
                | edges(settings.edges())
                | clock(settings.clock());
    }

    private static long bias(Bias bias) {
        return switch (bias) {
            case AS_IS -> 0;
            case DISABLED -> Flag.BIAS_DISABLED;
            case PULL_UP -> Flag.BIAS_PULL_UP;
            case PULL_DOWN -> Flag.BIAS_PULL_DOWN;
        };
    }

    private static long drive(Drive drive) {
        return switch (drive) {
            case PUSH_PULL -> 0;
            case OPEN_DRAIN -> Flag.OPEN_DRAIN;
            case OPEN_SOURCE -> Flag.OPEN_SOURCE;
        };
    }

    private static long edges(EdgeDetection edges) {
        return switch (edges) {
            case NONE -> 0;
            case RISING -> Flag.EDGE_RISING;
            case FALLING -> Flag.EDGE_FALLING;
            case BOTH -> Flag.EDGE_RISING | Flag.EDGE_FALLING;
        };
    }

    private static long clock(EventClock clock) {
        return switch (clock) {
            case MONOTONIC -> 0;
            case REALTIME -> Flag.EVENT_CLOCK_REALTIME;
            case HTE -> Flag.EVENT_CLOCK_HTE;
            case OBSERVED -> throw new IllegalArgumentException("the kernel has no clock OBSERVED");
        };
    }

    /** What the kernel says of a line; a combination that makes no sense here (an input with a drive) loses a part. */
    static LineSettings settings(long flags, long debounceMicros) {
        if ((flags & Flag.OUTPUT) != 0) {
            return common(LineSettings.output(), flags).withDrive(drive(flags));
        }
        return common(LineSettings.input(), flags)
                .withEdges(edges(flags))
                .withDebounce(Duration.ofNanos(debounceMicros * 1000));
    }

    private static LineSettings common(LineSettings direction, long flags) {
        return direction
                .withActiveLow((flags & Flag.ACTIVE_LOW) != 0)
                .withBias(bias(flags))
                .withClock(clock(flags));
    }

    private static Bias bias(long flags) {
        if ((flags & Flag.BIAS_PULL_UP) != 0) {
            return Bias.PULL_UP;
        }
        if ((flags & Flag.BIAS_PULL_DOWN) != 0) {
            return Bias.PULL_DOWN;
        }
        return (flags & Flag.BIAS_DISABLED) != 0 ? Bias.DISABLED : Bias.AS_IS;
    }

    private static Drive drive(long flags) {
        if ((flags & Flag.OPEN_DRAIN) != 0) {
            return Drive.OPEN_DRAIN;
        }
        return (flags & Flag.OPEN_SOURCE) != 0 ? Drive.OPEN_SOURCE : Drive.PUSH_PULL;
    }

    private static EdgeDetection edges(long flags) {
        boolean rising = (flags & Flag.EDGE_RISING) != 0;
        boolean falling = (flags & Flag.EDGE_FALLING) != 0;
        if (rising) {
            return falling ? EdgeDetection.BOTH : EdgeDetection.RISING;
        }
        return falling ? EdgeDetection.FALLING : EdgeDetection.NONE;
    }

    private static EventClock clock(long flags) {
        if ((flags & Flag.EVENT_CLOCK_REALTIME) != 0) {
            return EventClock.REALTIME;
        }
        return (flags & Flag.EVENT_CLOCK_HTE) != 0 ? EventClock.HTE : EventClock.MONOTONIC;
    }
}
