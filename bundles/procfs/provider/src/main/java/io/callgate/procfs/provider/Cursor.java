// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.procfs.MalformedProcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A place in the text of a file of /proc, moving forward. What is not as expected is told with the line and with what
 * stands there; nothing is ever read beyond the end. Makes no garbage but the strings it returns.
 */
final class Cursor {

    private static final int SHOWN = 24;
    private static final int NANO_DIGITS = 9;
    private static final int END = -1;

    private final String path;
    private ByteBuffer bytes;
    private int end;
    private int at;

    Cursor(String path) {
        this.path = path;
    }

    /** Begins at the beginning of another text. */
    void set(ByteBuffer text, int length) {
        bytes = text;
        end = length;
        at = 0;
    }

    boolean atEnd() {
        return at >= end;
    }

    /** Goes over blanks; true if the line ends there. */
    boolean atLineEnd() {
        skipBlanks();
        return peek() == '\n' || atEnd();
    }

    /** Goes to the beginning of the next line. */
    void nextLine() {
        while (at < end && bytes.get(at) != '\n') {
            at++;
        }
        at = Math.min(at + 1, end);
    }

    /** Goes over the text if it stands here; stays and returns false if it does not. */
    boolean skip(String text) {
        if (end - at < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes.get(at + i) != text.charAt(i)) {
                return false;
            }
        }
        at += text.length();
        return true;
    }

    /** Which of the texts stands here, going over it; -1 if none does. */
    int skipOneOf(String... texts) {
        for (int i = 0; i < texts.length; i++) {
            if (skip(texts[i])) {
                return i;
            }
        }
        return -1;
    }

    void expect(String text) throws MalformedProcException {
        if (!skip(text)) {
            throw expected('"' + text + '"');
        }
    }

    /** Goes behind the last such character of the text. */
    void skipPastLast(char character) throws MalformedProcException {
        for (int i = end - 1; i >= at; i--) {
            if (bytes.get(i) == character) {
                at = i + 1;
                return;
            }
        }
        throw expected('"' + String.valueOf(character) + '"');
    }

    /** A whole number without a sign; one that has more than 63 bits is the largest that has not. */
    long number() throws MalformedProcException {
        skipBlanks();
        return digits();
    }

    /** As {@link #number}, for what cannot be more than an int. */
    int integer() throws MalformedProcException {
        int begin = at;
        long number = number();
        if (number > Integer.MAX_VALUE) {
            at = begin;
            throw expected("a number below 2^31");
        }
        return (int) number;
    }

    /** A number in a unit that is so many of ours: kB, clock ticks. */
    long number(long unit) throws MalformedProcException {
        int begin = at;
        long number = number();
        if (number > Long.MAX_VALUE / unit) {
            at = begin;
            throw expected("a number that is possible");
        }
        return number * unit;
    }

    /** A number with decimals. */
    double decimal() throws MalformedProcException {
        long whole = number();
        if (!skip(".")) {
            return whole;
        }
        int begin = at;
        long part = digits();
        return whole + part / Math.pow(10, at - begin);
    }

    /** Seconds with decimals. */
    Duration seconds() throws MalformedProcException {
        long whole = number();
        if (!skip(".")) {
            return Duration.ofSeconds(whole);
        }
        int begin = at;
        long part = digits();
        int digits = at - begin;
        if (digits > NANO_DIGITS) {
            at = begin;
            throw expected("at most " + NANO_DIGITS + " decimals");
        }
        for (int i = digits; i < NANO_DIGITS; i++) {
            part *= 10;
        }
        return Duration.ofSeconds(whole, part);
    }

    /** What stands here up to a blank or the end of the line, which may be nothing, and goes over one blank. */
    String field() {
        int begin = at;
        while (at < end && !isBlank(bytes.get(at)) && bytes.get(at) != '\n') {
            at++;
        }
        String field = text(begin, at);
        if (at < end && isBlank(bytes.get(at))) {
            at++;
        }
        return field;
    }

    /** Goes over so many fields and the blanks before them. */
    void skipFields(int count) throws MalformedProcException {
        for (int i = 0; i < count; i++) {
            if (atLineEnd()) {
                throw expected("another field");
            }
            while (at < end && !isBlank(bytes.get(at)) && bytes.get(at) != '\n') {
                at++;
            }
        }
    }

    /** What stands here up to a character of the same line, and goes behind that. */
    String until(char stop) throws MalformedProcException {
        int begin = at;
        for (int i = at; i < end && bytes.get(i) != '\n'; i++) {
            if (bytes.get(i) == stop) {
                at = i + 1;
                return text(begin, i);
            }
        }
        throw expected('"' + String.valueOf(stop) + "\" in the line");
    }

    /** The rest of the text, without the newline at its end. */
    String rest() {
        int stop = end > at && bytes.get(end - 1) == '\n' ? end - 1 : end;
        String rest = text(at, stop);
        at = end;
        return rest;
    }

    /** The error that says what should stand here. */
    MalformedProcException expected(String what) {
        int line = 1;
        for (int i = 0; i < at; i++) {
            line += bytes.get(i) == '\n' ? 1 : 0;
        }
        return new MalformedProcException(path + " line " + line + ": expected " + what + ", found " + found());
    }

    private String found() {
        int stop = at;
        while (stop < end && stop < at + SHOWN && bytes.get(stop) != '\n') {
            stop++;
        }
        if (stop == at) {
            return atEnd() ? "the end of the file" : "the end of the line";
        }
        StringBuilder shown = new StringBuilder("\"");
        for (int i = at; i < stop; i++) {
            byte character = bytes.get(i);
            shown.append(character >= ' ' && character < 0x7f ? (char) character : '?');
        }
        return shown.append('"').toString();
    }

    private long digits() throws MalformedProcException {
        int begin = at;
        long number = 0;
        for (int digit = digit(); digit >= 0; digit = digit()) {
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : number * 10 + digit;
            at++;
        }
        if (at == begin) {
            throw expected("a number");
        }
        return number;
    }

    private int digit() {
        int character = peek();
        return character >= '0' && character <= '9' ? character - '0' : END;
    }

    private int peek() {
        return at < end ? bytes.get(at) : END;
    }

    private void skipBlanks() {
        while (at < end && isBlank(bytes.get(at))) {
            at++;
        }
    }

    private static boolean isBlank(int character) {
        return character == ' ' || character == '\t';
    }

    private String text(int from, int to) {
        byte[] copy = new byte[to - from];
        bytes.get(from, copy);
        return new String(copy, StandardCharsets.UTF_8);
    }
}
