// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import java.util.Locale;

/**
 * A signal, by its number, which is the same on all architectures that are supported. Immutable.
 *
 * @param number 1 to 64
 * @see <a href="https://man7.org/linux/man-pages/man7/signal.7.html">signal(7)</a>
 */
public record Signal(int number) {

    /** The first real-time signal that glibc leaves to programs. */
    public static final int RTMIN = 34;

    /** The last real-time signal. */
    public static final int RTMAX = 64;

    private static final String PREFIX = "SIG";
    private static final int HALF = (RTMAX - RTMIN) / 2;
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS", "32", "33"
    };

    /** Refuses numbers that no signal has. */
    public Signal {
        if (number < 1 || number > RTMAX) {
            throw new IllegalArgumentException("there is no signal " + number + ": signals are 1 to " + RTMAX);
        }
    }

    /**
     * As a person writes it: {@code USR1}, {@code SIGUSR1}, {@code RTMIN+3}, {@code RTMAX-1} or {@code 37}.
     *
     * @throws IllegalArgumentException with the words that are understood
     */
    public static Signal parse(String text) {
        String word = text.strip().toUpperCase(Locale.ROOT);
        String name = word.startsWith(PREFIX) ? word.substring(PREFIX.length()) : word;
        for (int i = 1; i < NAMES.length; i++) {
            if (NAMES[i].equals(name)) {
                return new Signal(i);
            }
        }
        try {
            if (name.startsWith("RTMIN")) {
                return realTime(RTMIN + offset(name));
            }
            if (name.startsWith("RTMAX")) {
                return realTime(RTMAX + offset(name));
            }
            return new Signal(name.equals("POLL") ? 29 : Integer.parseInt(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is no signal: a name such as USR1 or RTMIN+3, or a number from 1 to 64", e);
        }
    }

    private static int offset(String name) {
        String offset = name.substring("RTMIN".length());
        return offset.isEmpty() ? 0 : Integer.parseInt(offset);
    }

    private static Signal realTime(int number) {
        if (number < RTMIN) {
            throw new IllegalArgumentException(number + " is before RTMIN");
        }
        return new Signal(number);
    }

    /** A real-time signal is queued: each one that was sent is heard once, in order; it may carry a value. */
    public boolean isRealTime() {
        return number >= RTMIN;
    }

    /** As kill(1) knows it: {@code USR1}, {@code RTMIN+3}. */
    public String name() {
        if (number < RTMIN) {
            return NAMES[number];
        }
        int up = number - RTMIN;
        if (up <= HALF) {
            return up == 0 ? "RTMIN" : "RTMIN+" + up;
        }
        return number == RTMAX ? "RTMAX" : "RTMAX-" + (RTMAX - number);
    }

    /** {@code SIGUSR1} */
    @Override
    public String toString() {
        return number == 32 || number == 33 ? "signal " + number : PREFIX + name();
    }
}
