// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.Datum;
import io.callgate.sysfs.MalformedValueException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * From what a file holds to a value, and back: value = what the file says * scale + offset. Immutable.
 *
 * <p>A whole number that is not scaled stays exact in all its 64 bits. A scale such as 0.001, which no double holds, is
 * applied as a division by 1000, so that 45123 becomes 45.123 and not a neighbour of it.
 */
final class Codec {

    private static final Path TYPED = Path.of("the value");

    private final Type type;
    private final double scale;
    private final double divisor;
    private final double offset;

    Codec(Type type, double scale, double offset) {
        this.type = type;
        this.scale = scale;
        this.offset = offset;
        double inverse = Math.rint(1 / scale);
        this.divisor = Math.abs(inverse) > 1 && 1 / inverse == scale ? inverse : 0;
    }

    /** The value with its kind. */
    Datum datum(Content content) throws MalformedValueException {
        return switch (type) {
            case INTEGER -> isExact() ? new Datum.Whole(content.integer()) : new Datum.Decimal(asDouble(content));
            case DECIMAL -> new Datum.Decimal(asDouble(content));
            case BOOLEAN -> new Datum.Flag(content.flag());
            case STRING -> new Datum.Text(content.text());
            case BYTES -> new Datum.Bytes(content.bytes());
        };
    }

    /** The value as {@link Datum#asLong()} gives it, without making an object. */
    long asLong(Content content) throws MalformedValueException {
        return switch (type) {
            case INTEGER -> isExact() ? content.integer() : Math.round(scaled(content.integer()));
            case DECIMAL -> Math.round(scaled(content.decimal()));
            case BOOLEAN -> content.flag() ? 1 : 0;
            case STRING, BYTES ->
                throw new IllegalStateException("an attribute of type " + type.word() + " is no number");
        };
    }

    /** The value as {@link Datum#asDouble()} gives it, without making an object. */
    double asDouble(Content content) throws MalformedValueException {
        return switch (type) {
            case INTEGER -> isExact() ? content.integer() : scaled(content.integer());
            case DECIMAL -> scaled(content.decimal());
            case BOOLEAN -> content.flag() ? 1 : 0;
            case STRING, BYTES ->
                throw new IllegalStateException("an attribute of type " + type.word() + " is no number");
        };
    }

    private boolean isExact() {
        return scale == 1 && offset == 0;
    }

    private double scaled(double raw) {
        return (divisor == 0 ? raw * scale : raw / divisor) + offset;
    }

    private double unscaled(double value) {
        return divisor == 0 ? (value - offset) / scale : (value - offset) * divisor;
    }

    /** What is written for a whole number. */
    byte[] encode(long value, BooleanWords words) {
        return switch (type) {
            case INTEGER -> isExact() ? bytes(Long.toString(value)) : encode((double) value, words);
            case DECIMAL -> isExact() ? bytes(Long.toString(value)) : encode((double) value, words);
            case BOOLEAN -> bytes(flag(value, words));
            case STRING, BYTES ->
                throw new IllegalArgumentException("an attribute of type " + type.word() + " takes no number");
        };
    }

    private static String flag(double value, BooleanWords words) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException(value + " is no value of a boolean (0 or 1)");
        }
        return words.word(value == 1);
    }

    /** What is written for a number with decimals. */
    byte[] encode(double value, BooleanWords words) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(value + " cannot be written");
        }
        return switch (type) {
            case INTEGER -> bytes(Long.toString(whole(value)));
            case DECIMAL -> bytes(plain(unscaled(value)));
            case BOOLEAN -> bytes(flag(value, words));
            case STRING, BYTES ->
                throw new IllegalArgumentException("an attribute of type " + type.word() + " takes no number");
        };
    }

    private long whole(double value) {
        double raw = Math.rint(unscaled(value));
        if (raw < Long.MIN_VALUE || raw >= -(double) Long.MIN_VALUE) {
            throw new IllegalArgumentException(value + " does not fit in the file's 64 bits");
        }
        return (long) raw;
    }

    private static String plain(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("the scaled value is too large to be written");
        }
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    /** What is written for what a person typed. */
    byte[] encode(String typed, BooleanWords words) {
        try {
            return switch (type) {
                case INTEGER ->
                    isExact()
                            ? bytes(Long.toString(Content.of(TYPED, typed).integer()))
                            : encode(Content.of(TYPED, typed).decimal(), words);
                case DECIMAL -> encode(Content.of(TYPED, typed).decimal(), words);
                case BOOLEAN -> bytes(words.word(Content.of(TYPED, typed).flag()));
                case STRING -> bytes(typed);
                case BYTES -> HexFormat.of().parseHex(typed);
            };
        } catch (MalformedValueException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
