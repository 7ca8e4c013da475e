// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

/**
 * How bytes go over a serial line.
 *
 * @param baud bits per second, any that the hardware can make
 * @param dataBits in a character, 5 to 8
 * @param parity the check bit
 * @param stopBits 1 or 2
 * @param flow who says when to pause
 */
public record SerialSettings(int baud, int dataBits, Parity parity, int stopBits, Flow flow) {

    /** The check bit of a character. */
    public enum Parity {
        /** None. */
        NONE,
        /** An even number of ones. */
        EVEN,
        /** An odd number of ones. */
        ODD
    }

    /** Who says when to pause. */
    public enum Flow {
        /** Nobody. */
        NONE,
        /** The lines RTS and CTS. */
        RTS_CTS,
        /** The characters XON and XOFF, which data must not hold then. */
        XON_XOFF
    }

    /** Refuses what no line can be. */
    public SerialSettings {
        if (baud <= 0 || dataBits < 5 || dataBits > 8 || stopBits < 1 || stopBits > 2) {
            throw new IllegalArgumentException(
                    "no serial line has " + baud + " baud, " + dataBits + " data bits, " + stopBits + " stop bits");
        }
    }

    /** 8 data bits, no parity, 1 stop bit, no flow control. */
    public static SerialSettings of(int baud) {
        return new SerialSettings(baud, 8, Parity.NONE, 1, Flow.NONE);
    }

    /** The usual short form, for example {@code 115200 8N1}. */
    @Override
    public String toString() {
        String pause = flow == Flow.NONE ? "" : flow == Flow.RTS_CTS ? " rts/cts" : " xon/xoff";
        return baud + " " + dataBits + parity.name().charAt(0) + stopBits + pause;
    }
}
