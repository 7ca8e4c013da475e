// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U8;

import io.callgate.device.SerialSettings.Flow;
import io.callgate.device.SerialSettings.Parity;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import java.io.IOException;

/**
 * Settings of a serial line, over a tty. The line is made raw: bytes pass as they are, and no modem line is waited for.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/TCSETS.2const.html">TCSETS2(2const)</a>
 */
public final class Serial {

    static final StructLayout TERMIOS2 = StructLayout.struct("termios2")
            .field("c_iflag", U32)
            .field("c_oflag", U32)
            .field("c_cflag", U32)
            .field("c_lflag", U32)
            .field("c_line", U8)
            .field("c_cc", U8, 19)
            .field("c_ispeed", U32)
            .field("c_ospeed", U32)
            .build();

    static final Ioctl TCGETS2 = Ioctl.ior('T', 0x2A, TERMIOS2.size());
    static final Ioctl TCSETSW2 = Ioctl.iow('T', 0x2C, TERMIOS2.size());

    static final int CBAUD = 0x100f;
    static final int BOTHER = 0x1000;
    static final int CSIZE = 0x30;
    static final int CS5 = 0;
    static final int CS6 = 0x10;
    static final int CSTOPB = 0x40;
    static final int CREAD = 0x80;
    static final int PARENB = 0x100;
    static final int PARODD = 0x200;
    static final int CLOCAL = 0x800;
    static final int CIBAUD = 0x100f0000;
    static final int CMSPAR = 0x40000000;
    static final int CRTSCTS = 0x80000000;

    static final int IGNBRK = 0x1;
    static final int BRKINT = 0x2;
    static final int PARMRK = 0x8;
    static final int INPCK = 0x10;
    static final int ISTRIP = 0x20;
    static final int INLCR = 0x40;
    static final int IGNCR = 0x80;
    static final int ICRNL = 0x100;
    static final int IXON = 0x400;
    static final int IXOFF = 0x1000;

    static final int OPOST = 0x1;
    static final int ISIG = 0x1;
    static final int ICANON = 0x2;
    static final int ECHO = 0x8;
    static final int ECHONL = 0x40;
    static final int IEXTEN = 0x8000;

    static final int VTIME = 5;
    static final int VMIN = 6;

    /** Rates that have a code of their own, for the tools that know no others: B50 is 1, B57600 is 0x1001. */
    private static final int[] LOW = {50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400};

    private static final int[] HIGH = {
        57600, 115200, 230400, 460800, 500000, 576000, 921600, 1000000, 1152000, 1500000, 2000000, 2500000, 3000000,
        3500000, 4000000
    };

    private Serial() {}

    /** How the line is set now. @throws ErrnoException ENOTTY if the device is no tty */
    public static SerialSettings settings(CharacterDevice tty) throws IOException {
        Struct now = read(tty);
        int control = (int) now.get("c_cflag");
        Parity parity = (control & PARENB) == 0 ? Parity.NONE : (control & PARODD) == 0 ? Parity.EVEN : Parity.ODD;
        boolean software = (now.get("c_iflag") & (IXON | IXOFF)) == (IXON | IXOFF);
        Flow flow = (control & CRTSCTS) != 0 ? Flow.RTS_CTS : software ? Flow.XON_XOFF : Flow.NONE;
        return new SerialSettings(
                Math.toIntExact(Math.max(now.get("c_ospeed"), 1)),
                5 + (control & CSIZE) / CS6,
                parity,
                (control & CSTOPB) == 0 ? 1 : 2,
                flow);
    }

    /**
     * Sets the line when what was written has gone out, and blocks until then: long, if flow control holds the other side
     * back. A driver takes what it can: {@link #settings} says what it took.
     *
     * @throws ErrnoException ENOTTY if the device is no tty
     */
    public static void apply(CharacterDevice tty, SerialSettings settings) throws IOException {
        Struct now = read(tty);
        now.set("c_iflag", input(now.get("c_iflag"), settings) & 0xffffffffL);
        now.set("c_oflag", now.get("c_oflag") & ~OPOST);
        now.set("c_lflag", now.get("c_lflag") & ~(ECHO | ECHONL | ICANON | ISIG | IEXTEN));
        now.set("c_cflag", control((int) now.get("c_cflag"), settings) & 0xffffffffL);
        now.set("c_ispeed", settings.baud()).set("c_ospeed", settings.baud());
        now.set("c_cc[" + VMIN + "]", 1).set("c_cc[" + VTIME + "]", 0);
        tty.ioctl(TCSETSW2, now);
    }

    private static Struct read(CharacterDevice tty) throws IOException {
        Struct now = TERMIOS2.at(tty.allocate(TERMIOS2.size()));
        tty.ioctl(TCGETS2, now);
        return now;
    }

    private static long input(long flags, SerialSettings settings) {
        long raw = flags & ~(IGNBRK | BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF);
        long checked = settings.parity() == Parity.NONE ? raw : raw | INPCK;
        return settings.flow() == Flow.XON_XOFF ? checked | IXON | IXOFF : checked;
    }

    private static int control(int flags, SerialSettings settings) {
        int control = flags & ~(CBAUD | CIBAUD | CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS);
        control |= CREAD | CLOCAL | code(settings.baud()) | CS5 + CS6 * (settings.dataBits() - 5);
        control |= settings.stopBits() == 2 ? CSTOPB : 0;
        control |= settings.parity() == Parity.NONE ? 0 : PARENB;
        control |= settings.parity() == Parity.ODD ? PARODD : 0;
        return control | (settings.flow() == Flow.RTS_CTS ? CRTSCTS : 0);
    }

    /** The code of a rate in c_cflag; {@code BOTHER} says that it stands in c_ospeed. */
    static int code(int baud) {
        for (int i = 0; i < LOW.length; i++) {
            if (LOW[i] == baud) {
                return i + 1;
            }
        }
        for (int i = 0; i < HIGH.length; i++) {
            if (HIGH[i] == baud) {
                return BOTHER | i + 1;
            }
        }
        return BOTHER;
    }
}
