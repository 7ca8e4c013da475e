// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.Ioctl;

/** A request as a person types it: {@code iowr:T:0x54:4} for {@code _IOWR('T', 0x54, int)}, or its number. */
final class RequestWord {

    private RequestWord() {}

    /** @throws IllegalArgumentException with the line that says what is expected */
    static Ioctl parse(String word) {
        String[] parts = word.split(":");
        try {
            if (parts.length == 1) {
                return new Ioctl(number(parts[0], 0xffff_ffffL));
            }
            char type = type(parts[1]);
            int nr = number(parts[2], 0xff);
            return switch (parts[0]) {
                case "io" -> Ioctl.io(type, nr);
                case "ior" -> Ioctl.ior(type, nr, number(parts[3], Integer.MAX_VALUE));
                case "iow" -> Ioctl.iow(type, nr, number(parts[3], Integer.MAX_VALUE));
                case "iowr" -> Ioctl.iowr(type, nr, number(parts[3], Integer.MAX_VALUE));
                default -> throw new IllegalArgumentException(word);
            };
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "\"" + word
                            + "\" is no request: give its number (0x1268), or io:TYPE:NR, ior:TYPE:NR:SIZE, iow:...,"
                            + " iowr:... with TYPE a letter or a number",
                    e);
        }
    }

    private static char type(String text) {
        return text.length() == 1 && !Character.isDigit(text.charAt(0)) ? text.charAt(0) : (char) number(text, 0xff);
    }

    private static int number(String text, long highest) {
        long value = Long.decode(text);
        if (value < 0 || value > highest) {
            throw new IllegalArgumentException(text);
        }
        return (int) value;
    }
}
