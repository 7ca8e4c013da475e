// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

/**
 * From the kernel's unit to ours, as a fraction: a quotient of two exact numbers is rounded correctly, so that 25537
 * milli-units are 25.537 and not a neighbour of it, as 25537 * 0.001 would be.
 */
record Ratio(double numerator, double denominator) {

    static final Ratio ONE = new Ratio(1, 1);
    static final Ratio MILLI = new Ratio(1, 1000);
    static final Ratio MICRO = new Ratio(1, 1_000_000);

    double of(double value) {
        return value * numerator / denominator;
    }
}
