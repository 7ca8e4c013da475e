// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/** What /proc says of this machine and this process. */
final class Proc {

    private static final int CAP_SYS_RESOURCE = 24;

    private final Path root;

    /** @param root /proc */
    Proc(Path root) {
        this.root = root;
    }

    /** A number of {@code /proc/sys/kernel}, if the kernel has it. */
    OptionalLong sysctl(String key) throws IOException {
        Path file = root.resolve("sys/kernel").resolve(key);
        return Files.exists(file) ? OptionalLong.of(Long.parseLong(first(file))) : OptionalLong.empty();
    }

    /** Whether limits of the machine do not hold for this process. */
    boolean mayExceed() throws IOException {
        return mask("CapEff:").testBit(CAP_SYS_RESOURCE);
    }

    /** Whether this process has a handler for a signal. */
    boolean catches(int signal) throws IOException {
        return mask("SigCgt:").testBit(signal - 1);
    }

    private BigInteger mask(String key) throws IOException {
        for (String line : Files.readAllLines(root.resolve("self/status"))) {
            if (line.startsWith(key)) {
                return new BigInteger(line.substring(key.length()).strip(), 16);
            }
        }
        return BigInteger.ZERO;
    }

    /** Different after each boot. */
    String boot() throws IOException {
        return first(root.resolve("sys/kernel/random/boot_id"));
    }

    /** The queues there are, a line for each after the headings; empty if the kernel has none. */
    List<String> queues() throws IOException {
        Path file = root.resolve("sysvipc/msg");
        if (!Files.exists(file)) {
            throw new IOException("there is no " + file + ": this kernel has no System V queues (CONFIG_SYSVIPC=y)");
        }
        return Files.readAllLines(file);
    }

    boolean isAlive(long pid) {
        return pid > 0 && Files.exists(root.resolve(Long.toString(pid)));
    }

    /** {@code Files.readString} may get one digit of a number: the kernel gives it whole only at the first read. */
    private static String first(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+")))
                .findFirst()
                .orElseThrow(() -> new IOException(file + " is empty"));
    }
}
