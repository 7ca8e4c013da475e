// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;
import io.callgate.device.Holder;
import io.callgate.device.Holder.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who uses a block device or a partition of it: what this process sees mounted, swap, and devices that stand on it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
final class BlockUse {

    private static final int NUMBER = 2;
    private static final int MOUNT_POINT = 4;
    private static final int SOURCE_AFTER_HYPHEN = 2;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

    private final Path proc;
    private final SysDevices sys;
    private final DeviceGate gate;

    /** @param proc {@code /proc} */
    BlockUse(Path proc, SysDevices sys, DeviceGate gate) {
        this.proc = proc;
        this.sys = sys;
        this.gate = gate;
    }

    List<Holder> of(DeviceNumber device) throws IOException {
        Path folder = sys.folder(device);
        Set<String> numbers = new HashSet<>(Set.of(device.digits()));
        List<Holder> holders = new ArrayList<>(devices(folder));
        for (Path partition : children(folder)) {
            if (Files.exists(partition.resolve("partition"))) {
                numbers.add(Files.readAllLines(partition.resolve("dev")).get(0).strip());
                holders.addAll(devices(partition));
            }
        }
        holders.addAll(mounts(numbers));
        holders.addAll(swaps(numbers));
        return List.copyOf(holders);
    }

    private static List<Holder> devices(Path folder) throws IOException {
        return children(folder.resolve("holders")).stream()
                .map(each -> new Holder(Kind.DEVICE, each.getFileName().toString()))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    private static List<Path> children(Path folder) throws IOException {
        try {
            return Folder.entries(folder);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    /** Some file systems (btrfs) show a number of their own: their source tells. */
    private List<Holder> mounts(Set<String> numbers) throws IOException {
        List<Holder> mounts = new ArrayList<>();
        for (String line : Files.readAllLines(proc.resolve("self/mountinfo"))) {
            String[] words = line.split(" ");
            int hyphen = List.of(words).indexOf("-");
            if (numbers.contains(words[NUMBER]) || isOne(words[hyphen + SOURCE_AFTER_HYPHEN], numbers)) {
                mounts.add(new Holder(Kind.MOUNT, unescaped(words[MOUNT_POINT])));
            }
        }
        return mounts;
    }

    private List<Holder> swaps(Set<String> numbers) throws IOException {
        List<Holder> swaps = new ArrayList<>();
        Path file = proc.resolve("swaps");
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        for (String line : lines) {
            String node = line.split("\\s")[0];
            if (isOne(node, numbers)) {
                swaps.add(new Holder(Kind.SWAP, unescaped(node)));
            }
        }
        return swaps;
    }

    private boolean isOne(String source, Set<String> numbers) throws IOException {
        if (!source.startsWith("/")) {
            return false;
        }
        Optional<Node> node = gate.look(Path.of(unescaped(source)));
        return node.isPresent()
                && node.get().isBlock()
                && numbers.contains(node.get().number().digits());
    }

    /** The kernel writes blanks and backslashes as three octal digits. */
    private static String unescaped(String word) {
        return OCTAL.matcher(word)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    }
}
