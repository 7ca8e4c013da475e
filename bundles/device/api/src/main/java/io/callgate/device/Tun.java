// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.S16;
import static io.callgate.device.CType.U16;
import static io.callgate.device.CType.U8;
import static io.callgate.device.CType.ULONG;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ioctl;
import java.io.IOException;
import java.util.Optional;

/**
 * Network interfaces whose other end is here: over {@code /dev/net/tun}, each read is a packet that the kernel sent out
 * there, each write one that came in. One configured device is one interface; it goes when the device is closed, unless
 * it is made persistent. Configure it {@code exclusive}, and it survives an update of the provider.
 *
 * @see <a href="https://docs.kernel.org/networking/tuntap.html">Universal TUN/TAP device driver</a>
 */
public final class Tun {

    static final Ioctl TUNSETIFF = Ioctl.iow('T', 202, Integer.BYTES); // the number lies: it is a whole ifreq
    static final Ioctl TUNSETPERSIST = Ioctl.iow('T', 203, Integer.BYTES);
    static final Ioctl TUNGETIFF = Ioctl.ior('T', 210, Integer.BYTES); // as above

    static final int IFF_TUN = 0x0001;
    static final int IFF_TAP = 0x0002;
    static final int IFF_NO_PI = 0x1000;

    private static final StructLayout IFMAP = StructLayout.struct("ifmap")
            .field("mem_start", ULONG)
            .field("mem_end", ULONG)
            .field("base_addr", U16)
            .field("irq", U8)
            .field("dma", U8)
            .field("port", U8)
            .build();

    private static final StructLayout IFRU = StructLayout.union("ifr_ifru")
            .field("ifr_flags", S16)
            .field("ifr_map", IFMAP)
            .field("ifr_addr", U8, 16)
            .build();

    static final StructLayout IFREQ = StructLayout.struct("ifreq")
            .field("ifr_name", U8, 16)
            .field("ifr_ifru", IFRU)
            .build();

    private static final String FLAGS = "ifr_ifru.ifr_flags";

    private Tun() {}

    /** What a packet is. */
    public enum Layer {
        /** IP packets (tun). */
        IP(IFF_TUN),
        /** Ethernet frames (tap). */
        ETHERNET(IFF_TAP);

        private final int flag;

        Layer(int flag) {
            this.flag = flag;
        }
    }

    /**
     * Makes an interface, or takes one that is persistent; packets come without a header of the driver's own.
     *
     * @param name at most 15 bytes; with {@code %d} in it, the kernel puts a number there; empty for the kernel's choice
     * @return the name that it has got
     * @throws ErrnoException EBUSY if somebody has it, EPERM without CAP_NET_ADMIN, EEXIST if this device is an interface
     *     already, as one that was kept over an update is: {@link #interfaceName} tells
     * @throws IllegalArgumentException if the name is too long
     */
    public static String create(CharacterDevice tun, String name, Layer layer) throws IOException {
        Struct request = IFREQ.at(tun.allocate(IFREQ.size()));
        request.setText("ifr_name", name).set(FLAGS, layer.flag | IFF_NO_PI);
        tun.ioctl(TUNSETIFF, request);
        return request.text("ifr_name");
    }

    /** The interface that this device is; empty if it has made none. */
    public static Optional<String> interfaceName(CharacterDevice tun) throws IOException {
        Struct request = IFREQ.at(tun.allocate(IFREQ.size()));
        try {
            tun.ioctl(TUNGETIFF, request);
            return Optional.of(request.text("ifr_name"));
        } catch (ErrnoException e) {
            if (e.is(Errno.EBADFD)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether the interface stays when the device is closed. @throws ErrnoException EBADFD if it has made none */
    public static void persist(CharacterDevice tun, boolean persistent) throws IOException {
        tun.ioctl(TUNSETPERSIST, persistent ? 1 : 0);
    }
}
