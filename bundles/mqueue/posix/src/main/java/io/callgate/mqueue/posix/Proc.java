// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What /proc says of this machine and this process. */
final class Proc {

    private static final Pattern LIMIT = Pattern.compile("(.{25}) *(\\S+) +(\\S+).*");
    private static final int CAP_SYS_RESOURCE = 24;

    private final Path root;

    /** @param root /proc */
    Proc(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    /** A number of {@code /proc/sys/fs/mqueue}, if the kernel has it. */
    OptionalLong sysctl(String key) throws IOException {
        Path file = root.resolve("sys/fs/mqueue").resolve(key);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(first(file)));
    }

    /** A soft limit of this process, {@link Long#MAX_VALUE} if there is none. */
    long softLimit(String name) throws IOException {
        for (String line : Files.readAllLines(root.resolve("self/limits"))) {
            Matcher parts = LIMIT.matcher(line);
            if (parts.matches() && parts.group(1).strip().equals(name)) {
                return parts.group(2).equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(parts.group(2));
            }
        }
        return Long.MAX_VALUE;
    }

    /** How many descriptors this process has. */
    long descriptors() throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve("self/fd"))) {
            return entries.count();
        }
    }

    /** Whether limits of the machine do not hold for this process. */
    boolean mayExceed() throws IOException {
        for (String line : Files.readAllLines(root.resolve("self/status"))) {
            if (line.startsWith("CapEff:")) {
                return new BigInteger(line.substring("CapEff:".length()).strip(), 16).testBit(CAP_SYS_RESOURCE);
            }
        }
        return false;
    }

    /** Different after each boot. */
    String boot() throws IOException {
        return first(root.resolve("sys/kernel/random/boot_id"));
    }

    /** Where queues are files. */
    Optional<Path> queueFiles() throws IOException {
        return Files.readAllLines(root.resolve("self/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words.length > 2 && words[2].equals("mqueue"))
                .map(words -> Path.of(words[1]))
                .findFirst();
    }

    /** The processes there are. */
    List<Path> processes() throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(
                            entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
                    .toList();
        }
    }

    /** {@code Files.readString} may get one digit of a number: the kernel gives it whole only at the first read. */
    private static String first(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+")))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " is empty"));
    }
}
