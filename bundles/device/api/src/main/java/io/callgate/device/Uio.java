// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Registers and interrupts of a device in user space, over {@code /dev/uioN}. An interrupt makes the device ready
 * ({@link DeviceReadyListener}); {@link #interrupts} takes it, {@link #unmask} lets the next one through.
 *
 * <p>Thread safe. The device's folder in /sys is read by this process itself; only {@link #unmask} may open a file there for
 * writing, and does so through the caller's service.
 *
 * @see <a href="https://docs.kernel.org/driver-api/uio-howto.html">The Userspace I/O HOWTO</a>
 */
public final class Uio {

    private static final Path CHARACTER_DEVICES = Path.of("/sys/dev/char");
    private static final int PCI_COMMAND = 4;
    private static final int PCI_COMMAND_INTX_DISABLE = 0x400;

    private Uio() {}

    /**
     * Registers that can be mapped.
     *
     * @param index which of the driver's regions
     * @param name as the driver calls it, or for example {@code map0}
     * @param offsetBytes where in its mapping they begin: registers need not begin at a page
     * @param sizeBytes its size, from there on
     */
    public record Region(int index, String name, int offsetBytes, long sizeBytes) {}

    /** The regions of the driver, as /sys lists them now; none if the driver has none or the device has gone. */
    public static List<Region> regions(CharacterDevice uio) throws IOException {
        List<Region> regions = new ArrayList<>();
        Path maps = folder(uio).resolve("maps");
        for (int i = 0; Files.isDirectory(maps.resolve("map" + i)); i++) {
            Path map = maps.resolve("map" + i);
            String name = Files.exists(map.resolve("name")) ? word(map.resolve("name")) : "map" + i;
            int offset = Files.exists(map.resolve("offset")) ? Integer.decode(word(map.resolve("offset"))) : 0;
            regions.add(new Region(i, name, offset, Long.decode(word(map.resolve("size")))));
        }
        return regions;
    }

    private static String word(Path attribute) throws IOException {
        return Files.readAllLines(attribute).get(0).strip();
    }

    /**
     * Maps a region; the caller owns the result, in which the registers begin at {@link Region#offsetBytes}. They are read
     * and written as their width wants: mostly getInt.
     *
     * @throws ErrnoException EINVAL if the driver has no such region or a smaller one
     * @throws ArithmeticException if it is larger than 2 GiB
     */
    public static Mapping map(CharacterDevice uio, Region region, LinuxMemory memory) throws IOException {
        long position = (long) region.index * memory.pageSize(); // the number stands where files have a position
        int length = Math.toIntExact(region.offsetBytes + region.sizeBytes);
        return memory.map(uio.fd(), position, length, EnumSet.allOf(Protection.class));
    }

    /** How many interrupts there were since the driver was loaded; empty if none came since the last call. */
    public static OptionalInt interrupts(CharacterDevice uio) throws IOException {
        NativeBuffer count = uio.allocate(Integer.BYTES);
        int length = uio.read(count, 0, Integer.BYTES);
        return length == LinuxFiles.WOULD_BLOCK
                ? OptionalInt.empty()
                : OptionalInt.of(count.bytes().getInt(0));
    }

    /**
     * Lets the next interrupt through, after the device was made to withdraw the last one: by the driver, or, where it
     * has no means (uio_pci_generic), by the PCI command register.
     *
     * @throws ErrnoException EIO if the driver has no interrupt
     */
    public static void unmask(CharacterDevice uio, LinuxFiles files) throws IOException {
        NativeBuffer word = uio.allocate(Integer.BYTES);
        word.bytes().putInt(0, 1);
        try {
            uio.write(word, 0, Integer.BYTES);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOSYS)) {
                throw e;
            }
            unmaskPci(uio, files, word);
        }
    }

    private static void unmaskPci(CharacterDevice uio, LinuxFiles files, NativeBuffer word) throws IOException {
        try (Fd config = files.open(folder(uio).resolve("device/config"), OpenFlag.RDWR)) {
            files.pread(config, word, 0, Short.BYTES, PCI_COMMAND);
            short command = word.bytes().getShort(0);
            word.bytes().putShort(0, (short) (command & ~PCI_COMMAND_INTX_DISABLE));
            files.pwrite(config, word, 0, Short.BYTES, PCI_COMMAND);
        }
    }

    private static Path folder(CharacterDevice uio) {
        return CHARACTER_DEVICES.resolve(uio.number().digits());
    }
}
