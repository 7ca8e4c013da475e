// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What a sensor measures. Each has one unit, whatever the driver counts in: that of the SI, or the one of its multiples
 * in which people read it.
 */
public enum Quantity {
    /** Degrees Celsius. */
    TEMPERATURE("°C"),
    /** Volts. */
    VOLTAGE("V"),
    /** Amperes; of a battery negative while it is discharged, if its driver tells. */
    CURRENT("A"),
    /** Watts. */
    POWER("W"),
    /** Joules; 3600 of them are a watt-hour. */
    ENERGY("J"),
    /** Ampere-hours. */
    CHARGE("Ah"),
    /** What is left in a battery, in percent. */
    CHARGE_LEVEL("%"),
    /** Seconds. */
    DURATION("s"),
    /** Hertz. */
    FREQUENCY("Hz"),
    /** Revolutions per minute. */
    FAN_SPEED("rpm"),
    /** Relative humidity in percent. */
    HUMIDITY("%"),
    /** Hectopascals, of which the kernel has 0.1 kPa. */
    PRESSURE("hPa"),
    /** Lux. */
    ILLUMINANCE("lx"),
    /** Light in a unit that only the chip knows. */
    INTENSITY(""),
    /** A number that grows as something comes nearer. */
    PROXIMITY(""),
    /** The UV index. */
    UV_INDEX(""),
    /** Metres. */
    DISTANCE("m"),
    /** Metres per second. */
    VELOCITY("m/s"),
    /** Metres per second squared; rest on earth is 9.81. */
    ACCELERATION("m/s²"),
    /** Degrees. */
    ANGLE("°"),
    /** Radians per second. */
    ANGULAR_VELOCITY("rad/s"),
    /** Microteslas; a gauss is 100 of them. */
    MAGNETIC_FLUX_DENSITY("µT"),
    /** Ohms. */
    RESISTANCE("Ω"),
    /** Nanofarads. */
    CAPACITANCE("nF"),
    /** Siemens per metre. */
    CONDUCTIVITY("S/m"),
    /** Parts per million; 10000 of them are a percent. */
    CONCENTRATION("ppm"),
    /** Micrograms per cubic metre. */
    MASS_CONCENTRATION("µg/m³"),
    /** The pH value. */
    ACIDITY("");

    private final String unit;

    Quantity(String unit) {
        this.unit = unit;
    }

    /** The unit of its values; empty if it has none. */
    public String unit() {
        return unit;
    }

    /** As it is written in a service property and in the shell: {@code temperature}, {@code fan-speed}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The one with this {@link #word()}. */
    public static Optional<Quantity> of(String word) {
        return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
    }
}
