// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/**
 * A request number, built as the kernel's headers build it: direction, size of the argument, type and number.
 *
 * <pre>{@code
 * static final Ioctl WDIOC_SETTIMEOUT = Ioctl.iowr('W', 6, Integer.BYTES);   // _IOWR('W', 6, int)
 * }</pre>
 *
 * @param number as the kernel sees it; the layout is that of asm-generic/ioctl.h, used by x86-64, aarch64 and armhf
 * @see <a href="https://docs.kernel.org/userspace-api/ioctl/ioctl-number.html">Ioctl Numbers</a>
 */
public record Ioctl(int number) {

    private static final int NONE = 0;
    private static final int WRITE = 1;
    private static final int READ = 2;
    private static final int SIZE_LIMIT = 1 << 14;

    /** {@code _IO(type, nr)}: no argument, or a number. */
    public static Ioctl io(char type, int nr) {
        return of(NONE, type, nr, 0);
    }

    /** {@code _IOR(type, nr, size)}: the driver fills a structure of that size. */
    public static Ioctl ior(char type, int nr, int size) {
        return of(READ, type, nr, size);
    }

    /** {@code _IOW(type, nr, size)}: the driver reads a structure of that size. */
    public static Ioctl iow(char type, int nr, int size) {
        return of(WRITE, type, nr, size);
    }

    /** {@code _IOWR(type, nr, size)}: the driver reads and fills a structure of that size. */
    public static Ioctl iowr(char type, int nr, int size) {
        return of(READ | WRITE, type, nr, size);
    }

    /** Size in bytes of the argument as the number states it; 0 for old numbers which state none. */
    public int size() {
        return number >>> 16 & SIZE_LIMIT - 1;
    }

    private static Ioctl of(int direction, char type, int nr, int size) {
        if (type > 0xff || nr < 0 || nr > 0xff || size < 0 || size >= SIZE_LIMIT) {
            throw new IllegalArgumentException(
                    "ioctl type and number take 8 bits each, the size 14: " + (int) type + ", " + nr + ", " + size);
        }
        return new Ioctl(direction << 30 | size << 16 | type << 8 | nr);
    }
}
