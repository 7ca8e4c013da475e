// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.MalformedValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * What a file holds, parsed in place: numbers and booleans without making any object. Filled again by each read; not
 * thread safe.
 */
final class Content {

    static final String INTEGER = "an integer (decimal or 0x...)";
    static final String DECIMAL = "a decimal number";
    static final String BOOLEAN = "a boolean (0/1, n/y, no/yes, off/on, false/true, disabled/enabled)";

    /** Powers of ten that a double holds exactly; a quotient of two exact doubles is rounded correctly. */
    private static final double[] TENS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final long EXACT_IN_DOUBLE = 1L << 53;
    private static final int SHOWN = 40;

    private final Path path;
    private final ByteBuffer bytes;
    private int length;
    private int start;
    private int end;
    private BooleanWords words = BooleanWords.DIGITS;

    /** @param path for messages */
    Content(Path path, ByteBuffer bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    /** Content of a text, for values that people type. */
    static Content of(Path path, String text) {
        byte[] typed = text.getBytes(StandardCharsets.UTF_8);
        Content content = new Content(path, ByteBuffer.wrap(typed));
        content.filled(typed.length);
        return content;
    }

    /** Says how many bytes the last read gave; spaces, newlines and NULs around them do not count. */
    void filled(int length) {
        this.length = length;
        start = 0;
        end = length;
        while (end > start && isBlank(bytes.get(end - 1))) {
            end--;
        }
        while (start < end && isBlank(bytes.get(start))) {
            start++;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b >= '\t' && b <= '\r' || b == 0;
    }

    /** A number of 64 bits; hexadecimal digits are its bit pattern, so that masks fit. */
    long integer() throws MalformedValueException {
        int at = start;
        boolean negative = at < end && bytes.get(at) == '-';
        if (negative || at < end && bytes.get(at) == '+') {
            at++;
        }
        if (at + 2 < end && bytes.get(at) == '0' && (bytes.get(at + 1) | 0x20) == 'x') {
            long pattern = hexadecimal(at + 2);
            return negative ? -pattern : pattern;
        }
        return digits(at, negative);
    }

    /** Counts downwards, since there is one more negative number than there are positive ones. */
    private long digits(int from, boolean negative) throws MalformedValueException {
        long limit = negative ? Long.MIN_VALUE : -Long.MAX_VALUE;
        long value = 0;
        for (int at = from; at < end; at++) {
            int digit = bytes.get(at) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(INTEGER);
            }
            if (value < Long.MIN_VALUE / 10 || value * 10 < limit + digit) {
                throw malformed("an integer that fits in 64 bits with its sign");
            }
            value = value * 10 - digit;
        }
        if (from == end) {
            throw malformed(INTEGER);
        }
        return negative ? value : -value;
    }

    private long hexadecimal(int from) throws MalformedValueException {
        long value = 0;
        for (int at = from; at < end; at++) {
            int digit = Character.digit(bytes.get(at), 16);
            if (digit < 0) {
                throw malformed(INTEGER);
            }
            if (value >>> 60 != 0) {
                throw malformed("an integer that fits in 64 bits");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    /** A number with or without decimals and exponent; never NaN or infinite. */
    double decimal() throws MalformedValueException {
        int at = start;
        boolean negative = at < end && bytes.get(at) == '-';
        if (negative || at < end && bytes.get(at) == '+') {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int decimals = -1;
        for (; at < end; at++) {
            byte b = bytes.get(at);
            if (b == '.' && decimals < 0) {
                decimals = 0;
            } else if (b >= '0' && b <= '9') {
                digits++;
                decimals += decimals < 0 ? 0 : 1;
                mantissa = mantissa < EXACT_IN_DOUBLE ? mantissa * 10 + b - '0' : mantissa;
            } else {
                break;
            }
        }
        if (digits == 0) {
            throw malformed(DECIMAL);
        }
        if (at < end || mantissa >= EXACT_IN_DOUBLE || decimals >= TENS.length) {
            return rare(at);
        }
        double value = mantissa / TENS[Math.max(decimals, 0)];
        return negative ? -value : value;
    }

    /** Exponents and more digits than a double has: the library knows how to round them, and makes garbage. */
    private double rare(int exponent) throws MalformedValueException {
        if (exponent < end) {
            int at = exponent;
            boolean valid = (bytes.get(at++) | 0x20) == 'e';
            if (at < end && (bytes.get(at) == '-' || bytes.get(at) == '+')) {
                at++;
            }
            valid &= at < end;
            for (; at < end; at++) {
                valid &= bytes.get(at) >= '0' && bytes.get(at) <= '9';
            }
            if (!valid) {
                throw malformed(DECIMAL);
            }
        }
        double value = Double.parseDouble(trimmed());
        if (Double.isInfinite(value)) {
            throw malformed("a decimal number that a double can hold");
        }
        return value;
    }

    /** Yes or no, in any of the words that drivers use. */
    boolean flag() throws MalformedValueException {
        for (int i = 0; i < BooleanWords.ALL.size(); i++) { // an iterator would be garbage
            BooleanWords candidate = BooleanWords.ALL.get(i);
            if (is(candidate.yes())) {
                words = candidate;
                return true;
            }
            if (is(candidate.no())) {
                words = candidate;
                return false;
            }
        }
        throw malformed(BOOLEAN);
    }

    /** The words in which the last boolean was written. */
    BooleanWords words() {
        return words;
    }

    private boolean is(String word) {
        if (word.length() != end - start) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes.get(start + i) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Text without the newline or NUL at its end. */
    String text() {
        int last = length;
        while (last > 0 && (bytes.get(last - 1) == '\n' || bytes.get(last - 1) == 0)) {
            last--;
        }
        return text(0, last);
    }

    /** The bytes as they are. */
    byte[] bytes() {
        byte[] copy = new byte[length];
        bytes.get(0, copy);
        return copy;
    }

    /** Says what the file holds and what it should have held. */
    MalformedValueException malformed(String expected) {
        String shown = trimmed().replaceAll("\\p{Cntrl}", " ");
        return new MalformedValueException(
                path, shown.length() <= SHOWN ? shown : shown.substring(0, SHOWN) + "...", expected);
    }

    private String trimmed() {
        return text(start, end);
    }

    private String text(int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }
}
