// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What was read: one of five kinds. A kind that has no number, for example, throws IllegalStateException when asked for
 * one: that is a mistake in the configuration or in the asker.
 */
public sealed interface Datum {

    /** A whole number, exact. */
    record Whole(long value) implements Datum {
        @Override
        public long asLong() {
            return value;
        }

        @Override
        public double asDouble() {
            return value;
        }

        @Override
        public boolean asBoolean() {
            return value != 0;
        }

        @Override
        public String asText() {
            return Long.toString(value);
        }
    }

    /** A number with decimals, or a scaled one; as a long it is rounded to the nearest. */
    record Decimal(double value) implements Datum {
        @Override
        public long asLong() {
            return Math.round(value);
        }

        @Override
        public double asDouble() {
            return value;
        }

        @Override
        public boolean asBoolean() {
            return value != 0;
        }

        @Override
        public String asText() {
            return Double.isFinite(value)
                    ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
                    : Double.toString(value);
        }
    }

    /** Yes or no; as a number 1 or 0. */
    record Flag(boolean value) implements Datum {
        @Override
        public long asLong() {
            return value ? 1 : 0;
        }

        @Override
        public double asDouble() {
            return value ? 1 : 0;
        }

        @Override
        public boolean asBoolean() {
            return value;
        }

        @Override
        public String asText() {
            return Boolean.toString(value);
        }
    }

    /** Text, without the newline at its end. */
    record Text(String value) implements Datum {
        @Override
        public String asText() {
            return value;
        }
    }

    /** Bytes as they are. */
    record Bytes(byte[] value) implements Datum {

        /** Takes a copy. */
        public Bytes {
            value = value.clone();
        }

        /** A copy. */
        @Override
        public byte[] value() {
            return value.clone();
        }

        @Override
        public byte[] asBytes() {
            return value.clone();
        }

        @Override
        public String asText() {
            return HexFormat.of().formatHex(value);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "Bytes[" + asText() + "]";
        }
    }

    /** True if it has a number. */
    default boolean isNumber() {
        return this instanceof Whole || this instanceof Decimal;
    }

    /** As a whole number. */
    default long asLong() {
        throw new IllegalStateException(this + " is no number");
    }

    /** As a number with decimals. */
    default double asDouble() {
        throw new IllegalStateException(this + " is no number");
    }

    /** As yes or no; a number is yes if it is not 0. */
    default boolean asBoolean() {
        throw new IllegalStateException(this + " is neither yes nor no");
    }

    /** As a person reads it: plain decimals, true or false, the text itself, hex digits. */
    String asText();

    /** The bytes themselves; of other kinds their text in UTF-8. */
    default byte[] asBytes() {
        return asText().getBytes(StandardCharsets.UTF_8);
    }
}
