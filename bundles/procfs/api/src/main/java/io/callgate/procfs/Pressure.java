// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.util.Optional;

/**
 * The pressure on one resource.
 *
 * @param resource which
 * @param some time in which at least one task was held up
 * @param full time in which all were; kernels before 5.13 do not tell it for the processors
 */
public record Pressure(PressureResource resource, Stall some, Optional<Stall> full) {

    /**
     * Time lost.
     *
     * @param avg10Percent of the last 10 s
     * @param avg60Percent of the last 60 s
     * @param avg300Percent of the last 300 s
     * @param totalMicros since boot
     */
    public record Stall(double avg10Percent, double avg60Percent, double avg300Percent, long totalMicros) {}
}
