// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Ioctl;

/** The numbers and the structure of {@code include/uapi/linux/watchdog.h}. */
final class WatchdogCalls {

    /** {@code struct watchdog_info}: __u32 options, __u32 firmware_version, __u8 identity[32]. */
    static final int INFO_SIZE = 40;

    static final int INFO_OPTIONS = 0;
    static final int INFO_FIRMWARE = 4;
    static final int INFO_IDENTITY = 8;
    static final int IDENTITY_LENGTH = 32;

    static final Ioctl GETSUPPORT = Ioctl.ior('W', 0, INFO_SIZE);
    static final Ioctl GETSTATUS = Ioctl.ior('W', 1, Integer.BYTES);
    static final Ioctl GETBOOTSTATUS = Ioctl.ior('W', 2, Integer.BYTES);
    static final Ioctl GETTEMP = Ioctl.ior('W', 3, Integer.BYTES);
    static final Ioctl SETOPTIONS = Ioctl.ior('W', 4, Integer.BYTES);
    static final Ioctl KEEPALIVE = Ioctl.ior('W', 5, Integer.BYTES);
    static final Ioctl SETTIMEOUT = Ioctl.iowr('W', 6, Integer.BYTES);
    static final Ioctl GETTIMEOUT = Ioctl.ior('W', 7, Integer.BYTES);
    static final Ioctl SETPRETIMEOUT = Ioctl.iowr('W', 8, Integer.BYTES);
    static final Ioctl GETPRETIMEOUT = Ioctl.ior('W', 9, Integer.BYTES);
    static final Ioctl GETTIMELEFT = Ioctl.ior('W', 10, Integer.BYTES);

    /** {@code WDIOS_}: the bits of SETOPTIONS. */
    static final int DISABLECARD = 1;

    static final int TEMPPANIC = 4;

    /** Written before a close, it lets the driver stop; any other byte is a keep-alive, and takes it back. */
    static final byte MAGIC = 'V';

    private WatchdogCalls() {}
}
