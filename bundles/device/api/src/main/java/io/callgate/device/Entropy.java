// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;

/**
 * The kernel's random number generator, over {@code /dev/random} or {@code /dev/urandom}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/random.4.html">random(4)</a>
 */
public final class Entropy {

    static final Ioctl RNDGETENTCNT = Ioctl.ior('R', 0x00, Integer.BYTES);

    private Entropy() {}

    /** Bits that the pool has gathered; 256 and no more since Linux 5.18. */
    public static int availableBits(CharacterDevice random) throws IOException {
        NativeBuffer count = random.allocate(Integer.BYTES);
        random.ioctl(RNDGETENTCNT, count, 0);
        return count.bytes().getInt(0);
    }
}
