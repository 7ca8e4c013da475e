// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import static io.callgate.device.CType.U32;
import static io.callgate.device.CType.U64;
import static io.callgate.device.CType.U8;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import java.io.IOException;
import java.util.Optional;

/**
 * Loop devices: a file as a block device.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4)</a>
 */
public final class Loop {

    /** The request of {@link #detach}. */
    public static final Ioctl LOOP_CLR_FD = new Ioctl(0x4C01);

    /** The request of {@link #attach}; Linux 5.8 and newer have it. */
    public static final Ioctl LOOP_CONFIGURE = new Ioctl(0x4C0A);

    static final Ioctl LOOP_GET_STATUS64 = new Ioctl(0x4C05);
    static final Ioctl LOOP_CTL_GET_FREE = new Ioctl(0x4C82);

    static final int LO_FLAGS_READ_ONLY = 1;
    static final int LO_FLAGS_AUTOCLEAR = 4;

    static final StructLayout LOOP_INFO64 = StructLayout.struct("loop_info64")
            .field("lo_device", U64)
            .field("lo_inode", U64)
            .field("lo_rdevice", U64)
            .field("lo_offset", U64)
            .field("lo_sizelimit", U64)
            .field("lo_number", U32)
            .field("lo_encrypt_type", U32)
            .field("lo_encrypt_key_size", U32)
            .field("lo_flags", U32)
            .field("lo_file_name", U8, 64)
            .field("lo_crypt_name", U8, 64)
            .field("lo_encrypt_key", U8, 32)
            .field("lo_init", U64, 2)
            .build();

    static final StructLayout LOOP_CONFIG = StructLayout.struct("loop_config")
            .field("fd", U32)
            .field("block_size", U32)
            .field("info", LOOP_INFO64)
            .field("__reserved", U64, 8)
            .build();

    private static final int NAME_BYTES = 64;

    private Loop() {}

    /**
     * How a file becomes a device.
     *
     * @param offset in bytes, where in the file the device begins
     * @param sizeLimit in bytes, at most so much of the file; 0 for all
     * @param sectorBytes its sectors, a power of two from 512 to the page size; 0 for the kernel's choice
     * @param readOnly nobody may write to it
     * @param autoclear it is detached when the last one closes it; also set from {@link #detach} until that
     */
    public record Settings(long offset, long sizeLimit, int sectorBytes, boolean readOnly, boolean autoclear) {

        /** The whole file, to be written, until it is detached. */
        public static final Settings WHOLE = new Settings(0, 0, 0, false, false);
    }

    /**
     * What is attached.
     *
     * @param file as it was called when it was attached, at most 63 bytes of it
     * @param inode of the file
     * @param settings as they are now, less the sector size ({@link BlockDevice#logicalSectorBytes}), which is 0 here
     */
    public record Status(String file, long inode, Settings settings) {}

    /**
     * The number N of a device {@code /dev/loopN} that is free now, made if there was none; others may take it.
     *
     * @param control /dev/loop-control
     */
    public static int free(CharacterDevice control) throws IOException {
        return control.ioctl(LOOP_CTL_GET_FREE, 0);
    }

    /**
     * Attaches a file, in one step.
     *
     * @param file open for reading, and for writing unless it is attached read-only; it may be closed afterwards
     * @throws ErrnoException EBUSY if the device has a file, EINVAL for sectors that it cannot have
     * @throws IllegalArgumentException if the sector size is negative
     */
    public static void attach(BlockDevice loop, Fd file, Settings settings) throws IOException {
        Struct config = LOOP_CONFIG.at(loop.allocate(LOOP_CONFIG.size()));
        int flags = (settings.readOnly ? LO_FLAGS_READ_ONLY : 0) | (settings.autoclear ? LO_FLAGS_AUTOCLEAR : 0);
        config.set("block_size", settings.sectorBytes)
                .set("info.lo_offset", settings.offset)
                .set("info.lo_sizelimit", settings.sizeLimit)
                .set("info.lo_flags", flags)
                .setText("info.lo_file_name", shortened(file.subject()));
        try (Fd.Use use = file.use()) {
            config.set("fd", use.number());
            loop.ioctl(LOOP_CONFIGURE, config);
        }
    }

    private static String shortened(String name) {
        String cut = name.substring(0, Math.min(name.length(), NAME_BYTES - 1));
        while (cut.getBytes(java.nio.charset.StandardCharsets.UTF_8).length >= NAME_BYTES) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }

    /**
     * Detaches the file. The kernel lets go of it when the last one closes the device; this service does so at once, so it
     * leaves, and a new one comes, without a file.
     *
     * @throws ErrnoException ENXIO if there is none
     */
    public static void detach(BlockDevice loop) throws IOException {
        loop.ioctl(LOOP_CLR_FD, 0);
    }

    /** What is attached; empty if nothing is. */
    public static Optional<Status> status(BlockDevice loop) throws IOException {
        Struct info = LOOP_INFO64.at(loop.allocate(LOOP_INFO64.size()));
        try {
            loop.ioctl(LOOP_GET_STATUS64, info);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENXIO)) {
                return Optional.empty();
            }
            throw e;
        }
        long flags = info.get("lo_flags");
        Settings settings = new Settings(
                info.get("lo_offset"),
                info.get("lo_sizelimit"),
                0,
                (flags & LO_FLAGS_READ_ONLY) != 0,
                (flags & LO_FLAGS_AUTOCLEAR) != 0);
        return Optional.of(new Status(info.text("lo_file_name"), info.get("lo_inode"), settings));
    }
}
