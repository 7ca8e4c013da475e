// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;
import io.callgate.device.DeviceNumber.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices that are never opened, by their number, whatever their nodes are called: memory, ports, and watchdogs, which an
 * open alone arms.
 */
final class Denied {

    private static final int MEM = 1;
    private static final int MISC = 10;
    private static final int LEGACY_WATCHDOG = 130;
    private static final Pattern ENTRY = Pattern.compile("(char|block)\\s+(\\d+):(\\d+|\\*)");
    private static final Pattern DRIVER = Pattern.compile("\\s*(\\d+)\\s+watchdog\\s*");
    private static final int ANY = -1;

    private record Rule(Kind kind, int major, int minor, String what) {

        boolean covers(DeviceNumber number) {
            return number.kind() == kind && number.major() == major && (minor == ANY || number.minor() == minor);
        }
    }

    private static final List<Rule> ALWAYS = List.of(
            new Rule(Kind.CHARACTER, MEM, 1, "the machine's memory (mem)"),
            new Rule(Kind.CHARACTER, MEM, 2, "the kernel's memory (kmem)"),
            new Rule(Kind.CHARACTER, MEM, 4, "the machine's ports (port)"),
            new Rule(Kind.CHARACTER, MISC, LEGACY_WATCHDOG, "a watchdog, which an open arms"));

    private final Path drivers;
    private final List<Rule> configured;

    /** @param drivers {@code /proc/devices}: watchdogs have a major number that differs from boot to boot */
    private Denied(Path drivers, List<Rule> configured) {
        this.drivers = drivers;
        this.configured = configured;
    }

    /**
     * With more that is denied.
     *
     * @param entries {@code char 10:232}, {@code block 8:*}
     * @throws IllegalArgumentException for one that is none
     */
    static Denied of(Path drivers, List<String> entries) {
        List<Rule> rules = new ArrayList<>();
        for (String entry : entries) {
            Matcher words = ENTRY.matcher(entry.trim());
            if (!words.matches()) {
                throw new IllegalArgumentException(
                        "denied \"" + entry + "\" is no device number such as \"char 10:232\" or \"block 8:*\"");
            }
            Kind kind = words.group(1).equals(Kind.BLOCK.word()) ? Kind.BLOCK : Kind.CHARACTER;
            int minor = words.group(3).equals("*") ? ANY : Integer.parseInt(words.group(3));
            rules.add(new Rule(kind, Integer.parseInt(words.group(2)), minor, "denied by the configuration"));
        }
        return new Denied(drivers, rules);
    }

    /** Why a device is denied; empty if it is not. */
    Optional<String> reason(DeviceNumber number) throws IOException {
        for (List<Rule> rules : List.of(ALWAYS, watchdogs(), configured)) {
            for (Rule rule : rules) {
                if (rule.covers(number)) {
                    return Optional.of(rule.what);
                }
            }
        }
        return Optional.empty();
    }

    private List<Rule> watchdogs() throws IOException {
        List<Rule> rules = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(drivers)) {
                Matcher words = DRIVER.matcher(line);
                if (words.matches()) {
                    int major = Integer.parseInt(words.group(1));
                    rules.add(new Rule(Kind.CHARACTER, major, ANY, "a watchdog, which an open arms"));
                }
            }
            return rules;
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(drivers.toString(), null, "without it watchdogs cannot be told: mount /proc");
        }
    }
}
