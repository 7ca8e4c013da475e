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
 * <p>Thread safe. Opens files of the device's own folder in /sys through the caller's services.
 *
 * @see <a href="https://docs.kernel.org/driver-api/uio-howto.html">The Userspace I/O HOWTO</a>
 */
public final class Uio {

    private static final Path CHARACTER_DEVICES = Path.of("/sys/dev/char");
    private static final int PCI_REGIONS = 6;
    private static final int PCI_COMMAND = 4;
    private static final int PCI_COMMAND_INTX_DISABLE = 0x400;

    private Uio() {}

    /**
     * Registers that can be mapped.
     *
     * @param name of a region of the driver ({@code maps/map0}), or a PCI region ({@code resource0})
     * @param sizeBytes its size
     */
    public record Region(String name, long sizeBytes) {}

    /** The regions of the driver; those of the PCI device if the driver has none (uio_pci_generic). */
    public static List<Region> regions(CharacterDevice uio) throws IOException {
        Path folder = folder(uio);
        List<Region> regions = new ArrayList<>();
        for (int i = 0; Files.isDirectory(folder.resolve("maps/map" + i)); i++) {
            String size =
                    Files.readAllLines(folder.resolve("maps/map" + i + "/size")).get(0);
            regions.add(new Region("maps/map" + i, Long.decode(size.strip())));
        }
        for (int i = 0; i < PCI_REGIONS && !Files.isDirectory(folder.resolve("maps/map0")); i++) {
            Path file = folder.resolve("device/resource" + i);
            if (Files.exists(file)) {
                regions.add(new Region("resource" + i, Files.size(file)));
            }
        }
        return regions;
    }

    /** Maps a region; the caller owns the result. Registers are read and written as their width wants: mostly getInt. */
    public static Mapping map(CharacterDevice uio, Region region, LinuxFiles files, LinuxMemory memory)
            throws IOException {
        int length = Math.toIntExact(region.sizeBytes);
        if (region.name.startsWith("maps/map")) {
            long index = Long.parseLong(region.name.substring("maps/map".length()));
            return memory.map(uio.fd(), index * memory.pageSize(), length, EnumSet.allOf(Protection.class));
        }
        try (Fd resource = files.open(folder(uio).resolve("device").resolve(region.name), OpenFlag.RDWR)) {
            return memory.map(resource, 0, length, EnumSet.allOf(Protection.class));
        }
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
