// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.itests.harness.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The guest that this JVM runs in. Everything in it goes with it: a test may load modules and write where it likes. */
public final class Lab {

    /** A busybox of the guest's own: applets that this machine may lack, as insmod and devmem. */
    public static final String BUSYBOX = "/run/lab-bin/busybox";

    private static final Pattern MARK = Pattern.compile("(^| )lab=1( |$)");
    private static final Duration COMMAND = Duration.ofSeconds(60);

    private Lab() {}

    /** Whether this kernel is the lab's. */
    public static boolean inLab() {
        return MARK.matcher(read(Path.of("/proc/cmdline"))).find();
    }

    /** Where files reach the host: {@code target/lab} there. */
    public static Path results() {
        return Path.of("/run/lab");
    }

    /** Runs a program to its end, which must be a good one, and returns what it printed. */
    public static String run(String... command) throws IOException {
        Ran ran = Ran.of(COMMAND, List.of(command));
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + " ended with " + ran.status() + ": " + ran.text());
        }
        return ran.text();
    }

    /**
     * The command that does this as a gateway's account: without capabilities, in the groups gpio, i2c, video, input,
     * watchdog and leds. For a JVM of the same class path see {@link #javaAsUser}.
     */
    public static List<String> asUser(String... command) {
        return Stream.concat(Stream.of("as-user"), Arrays.stream(command)).toList();
    }

    /** The command that runs a main class of the tests' class path as a gateway's account. */
    public static List<String> javaAsUser(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:UseAVX=0", // slow in an emulated processor
                "-Dcallgate.root=" + System.getProperty("callgate.root"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return asUser(command.toArray(String[]::new));
    }

    /** Loads a module of Debian's kernel by its file's name, wherever it is below its folders. */
    public static void insmod(String name, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(BUSYBOX, "insmod", module(name).toString()));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    /** Unloads a module, which is in nobody's use. */
    public static void rmmod(String name) throws IOException {
        run(BUSYBOX, "rmmod", name);
    }

    /** What the kernel said so far, line by line. */
    public static List<String> dmesg() throws IOException {
        return run("dmesg").lines().toList();
    }

    /** A small file of /sys or /proc, without its end of line. */
    public static String read(Path file) {
        try {
            return String.join("\n", Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file of /sys or /proc in one write. */
    public static void write(Path file, String value) throws IOException {
        Files.write(file, value.getBytes(UTF_8), StandardOpenOption.WRITE);
    }

    /** The one entry of a class of devices whose attribute has this value, {@code device("watchdog", "identity", ...)}. */
    public static Path device(String kind, String attribute, String value) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/class", kind))) {
            return all.filter(each -> Files.exists(each.resolve(attribute)))
                    .filter(each -> read(each.resolve(attribute)).equals(value))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + kind + " whose " + attribute + " is " + value));
        }
    }

    private static Path module(String name) throws IOException {
        Pattern file = Pattern.compile(name.replaceAll("[-_]", "[-_]") + "\\.ko");
        Path tree = Path.of(System.getenv("LAB_MODULES")).getParent();
        try (Stream<Path> all = Files.walk(tree)) {
            return all.filter(
                            each -> file.matcher(each.getFileName().toString()).matches())
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("Debian's kernel has no module " + name));
        }
    }
}
