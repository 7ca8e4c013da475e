// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;
import io.callgate.device.DeviceNumber.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The kernel's own list of its devices: {@code /sys/dev}. No device is opened. */
final class SysDevices {

    private static final int SECTOR = 512; // of /sys, whatever the device's are
    private static final String NODE = "DEVNAME=";

    private final Path root;

    /** @param root {@code /sys} */
    SysDevices(Path root) {
        this.root = root;
    }

    /**
     * A device that is there.
     *
     * @param name the kernel's
     * @param node its usual one
     * @param subsystem for example tty; empty if it has none
     * @param sizeBytes of a block device, otherwise -1
     */
    record Seen(DeviceNumber number, String name, String node, String subsystem, long sizeBytes) {}

    /** All devices, block devices first, by number. */
    List<Seen> all() throws IOException {
        List<Seen> all = new ArrayList<>();
        for (Kind kind : List.of(Kind.BLOCK, Kind.CHARACTER)) {
            List<Seen> some = new ArrayList<>();
            for (Path link : Folder.entries(root.resolve("dev").resolve(kind.word()))) {
                String[] digits = link.getFileName().toString().split(":");
                seen(new DeviceNumber(kind, Integer.parseInt(digits[0]), Integer.parseInt(digits[1])))
                        .ifPresent(some::add);
            }
            some.sort(Comparator.comparingInt((Seen each) -> each.number.major())
                    .thenComparingInt(each -> each.number.minor()));
            all.addAll(some);
        }
        return all;
    }

    /** One device; empty if it has gone, or never was in /sys. */
    Optional<Seen> seen(DeviceNumber number) throws IOException {
        Path folder = folder(number);
        try {
            String name = folder.toRealPath().getFileName().toString();
            String node = Files.readAllLines(folder.resolve("uevent")).stream()
                    .filter(line -> line.startsWith(NODE))
                    .map(line -> "/dev/" + line.substring(NODE.length()))
                    .findFirst()
                    .orElse("");
            return Optional.of(new Seen(number, name, node, subsystem(number).orElse(""), size(number, folder)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Its subsystem, as uevents call it. */
    Optional<String> subsystem(DeviceNumber number) throws IOException {
        try {
            return Optional.of(folder(number)
                    .resolve("subsystem")
                    .toRealPath()
                    .getFileName()
                    .toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    boolean knows(DeviceNumber number) {
        return Files.exists(folder(number));
    }

    Path folder(DeviceNumber number) {
        return root.resolve("dev").resolve(number.kind().word()).resolve(number.digits());
    }

    private static long size(DeviceNumber number, Path folder) throws IOException {
        return number.kind() == Kind.BLOCK
                ? SECTOR
                        * Long.parseLong(Files.readAllLines(folder.resolve("size"))
                                .get(0)
                                .strip())
                : -1;
    }
}
