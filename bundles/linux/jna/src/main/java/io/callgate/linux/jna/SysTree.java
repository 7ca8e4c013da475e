// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Announcement;
import io.callgate.linux.KernelDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Devices as /sys shows them.
 *
 * <p>A device is there as long as its folder has a {@code uevent} file: the kernel makes it before it announces the
 * device and takes it away before it announces the end (device_add and device_del in drivers/base/core.c), while the
 * folder itself stays a little longer. The folder's inode number is new for every new device.
 */
final class SysTree {

    private static final Path DEV = Path.of("/dev");

    private final Path root;

    SysTree(Path root) {
        this.root = root;
    }

    /**
     * A device as it was seen.
     *
     * @param device as listeners are told
     * @param identity of its folder
     * @param variables of its uevent file, as it said them
     */
    record Sighting(KernelDevice device, Object identity, Map<String, String> variables) {

        boolean isSame(Sighting other) {
            return identity.equals(other.identity);
        }

        /** With all that the kernel announced. */
        Sighting announcedBy(Announcement event) {
            KernelDevice told = new KernelDevice(
                    device.subsystem(), device.name(), device.sysPath(), device.node(), event.variables());
            return new Sighting(told, identity, variables);
        }
    }

    /** The folder that the kernel calls {@code devpath}. */
    Path folder(String devpath) {
        return root.resolve(devpath.substring(1));
    }

    /** The folders of a subsystem's devices, in order; none if there is no such subsystem. */
    SortedSet<Path> list(String subsystem) throws IOException {
        SortedSet<Path> folders = new TreeSet<>();
        list(root.resolve("class").resolve(subsystem), folders);
        list(root.resolve("bus").resolve(subsystem).resolve("devices"), folders);
        return folders;
    }

    private static void list(Path links, SortedSet<Path> into) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(links)) {
            for (Path link : entries) {
                resolve(link).ifPresent(into::add);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return; // this machine has no such class, or no such bus
        }
    }

    /** Where a link leads; some classes have files beside the links, and a device may go at any moment. */
    private static Optional<Path> resolve(Path link) throws IOException {
        try {
            Path folder = link.toRealPath();
            return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Looks at one device; nothing if it is not there. */
    Optional<Sighting> look(String subsystem, Path folder) throws IOException {
        try {
            Map<String, String> variables = variables(folder);
            Object identity =
                    Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
            return Optional.of(sighting(subsystem, folder, identity, variables));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            // ENODEV from a file that was opened just before its device went.
            if (Files.exists(folder.resolve("uevent"))) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Sighting sighting(String subsystem, Path folder, Object identity, Map<String, String> variables) {
        Map<String, String> told = new HashMap<>(variables);
        told.put("SUBSYSTEM", subsystem);
        told.put("DEVPATH", "/" + root.relativize(folder));
        Optional<Path> node = Optional.ofNullable(variables.get("DEVNAME")).map(DEV::resolve);
        String name = folder.getFileName().toString();
        return new Sighting(new KernelDevice(subsystem, name, folder, node, told), identity, Map.copyOf(variables));
    }

    private static Map<String, String> variables(Path folder) throws IOException {
        Map<String, String> variables = new HashMap<>();
        // As announcements are read; not readString, which refuses bytes that are no UTF-8.
        String text = new String(Files.readAllBytes(folder.resolve("uevent")), StandardCharsets.UTF_8);
        text.lines().forEach(line -> put(line, variables));
        return variables;
    }

    private static void put(String line, Map<String, String> variables) {
        int equals = line.indexOf('=');
        if (equals > 0) {
            variables.put(line.substring(0, equals), line.substring(equals + 1));
        }
    }
}
