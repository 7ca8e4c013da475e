// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;
import io.callgate.device.DeviceNumber.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Devices that are never opened, by their number, whatever their nodes are called: memory, ports, and watchdogs, which an
 * open alone arms.
 *
 * <p>A configured entry that is no device number denies all that it may have meant, so that a mistake never opens more:
 * {@code char 10:2x2} the whole major number, {@code char kvm} every character device, {@code kvm} every device.
 */
final class Denied {

    private static final int MEM = 1;
    private static final int MISC = 10;
    private static final int LEGACY_WATCHDOG = 130;
    private static final Pattern ENTRY = Pattern.compile("(char|block)\\s+(\\d{1,9}):(\\d{1,9}|\\*)");
    private static final Pattern KIND_ONLY = Pattern.compile("(char|block)(\\s+[\\w:*]+)?");
    private static final Pattern MAJOR_ONLY = Pattern.compile("(\\p{Alpha}*)\\s*(\\d{1,9})(:[\\w*]*)?");
    private static final Pattern DRIVER = Pattern.compile("\\s*(\\d+)\\s+watchdog\\s*");
    private static final int ANY = -1;

    /** @param kind null for both */
    private record Rule(Kind kind, int major, int minor, String what) {

        boolean covers(DeviceNumber number) {
            return (kind == null || number.kind() == kind)
                    && (major == ANY || number.major() == major)
                    && (minor == ANY || number.minor() == minor);
        }

        /** In words, without the minor number. */
        String scope() {
            String devices = kind == null ? "every device" : "every " + kind.word() + " device";
            return major == ANY ? devices : devices + " with the major number " + major;
        }
    }

    private static final List<Rule> ALWAYS = List.of(
            new Rule(Kind.CHARACTER, MEM, 1, "the machine's memory (mem)"),
            new Rule(Kind.CHARACTER, MEM, 2, "the kernel's memory (kmem)"),
            new Rule(Kind.CHARACTER, MEM, 4, "the machine's ports (port)"),
            new Rule(Kind.CHARACTER, MISC, LEGACY_WATCHDOG, "a watchdog, which an open arms"));

    private final Path drivers;
    private final List<Rule> configured = new ArrayList<>();
    private final List<String> mistakes = new ArrayList<>();

    /**
     * With more that is denied.
     *
     * @param drivers {@code /proc/devices}: watchdogs have a major number that differs from boot to boot
     * @param entries {@code char 10:232}, {@code block 8:*}; blank ones deny nothing
     */
    Denied(Path drivers, List<String> entries) {
        this.drivers = drivers;
        entries.stream().map(String::trim).filter(entry -> !entry.isEmpty()).forEach(this::add);
    }

    private void add(String entry) {
        Matcher words = ENTRY.matcher(entry);
        if (words.matches()) {
            int minor = words.group(3).equals("*") ? ANY : Integer.parseInt(words.group(3));
            configured.add(new Rule(
                    kind(words.group(1)), Integer.parseInt(words.group(2)), minor, "denied by the configuration"));
            return;
        }
        String mistake = "\"" + entry + "\" in \"denied\" of " + DeviceGate.PID
                + " is no device number such as \"char 10:232\" or \"block 8:*\": mend it";
        Rule widest = widest(entry, "perhaps denied, since " + mistake);
        configured.add(widest);
        mistakes.add(mistake + "; until then " + widest.scope() + " is refused");
    }

    /** Everything that may have been meant: of more words than two, anything, since they may be several entries in one. */
    private static Rule widest(String entry, String what) {
        Matcher major = MAJOR_ONLY.matcher(entry);
        if (major.matches()) {
            return new Rule(kind(major.group(1)), Integer.parseInt(major.group(2)), ANY, what);
        }
        Matcher kind = KIND_ONLY.matcher(entry);
        return new Rule(kind.matches() ? kind(kind.group(1)) : null, ANY, ANY, what);
    }

    /** Null for another word. */
    private static Kind kind(String word) {
        return Arrays.stream(Kind.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(null);
    }

    /** Entries that are none: what, where, what they do, and how to mend it; a line each. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
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
