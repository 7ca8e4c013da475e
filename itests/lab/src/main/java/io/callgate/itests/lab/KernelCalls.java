// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A witness: every call of some kernel functions, from now on, by kprobes in a tracefs instance of its own. What gpio-sim's
 * {@code value} cannot tell, a line that changed and changed back, is seen here.
 *
 * <pre>{@code
 * try (KernelCalls calls = KernelCalls.of("gpio_sim_set offset=%si:u32 value=%dx:s32", "gpio_sim_free offset=%si:u32")) {
 *     updateTheBundle();
 *     assertThat(calls.seen()).isEmpty();
 * }
 * }</pre>
 *
 * @see <a href="https://docs.kernel.org/trace/kprobetrace.html">Kprobe-based Event Tracing</a>
 */
public final class KernelCalls implements AutoCloseable {

    private static final Path TRACEFS = Path.of("/sys/kernel/tracing");
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Pattern LINE = Pattern.compile("^ *(.+)-(\\d+) +\\[\\d+\\].*: (\\w+): \\(.*?\\) ?(.*)$");

    private final String group;
    private final List<String> functions = new ArrayList<>();
    private final Path instance;

    /**
     * A call.
     *
     * @param function the kernel function
     * @param arguments as the probe names them, {@code offset=1 value=0}
     * @param thread the caller's name and number, {@code java-612}
     */
    public record Call(String function, String arguments, String thread) {}

    private KernelCalls() throws IOException {
        group = "lab" + NUMBER.incrementAndGet();
        instance = Files.createDirectory(TRACEFS.resolve("instances").resolve(group));
    }

    /** Begins to watch; each probe is a function and the arguments to fetch, as in kprobe_events, or the function alone. */
    public static KernelCalls of(String... probes) throws IOException {
        KernelCalls calls = new KernelCalls();
        try {
            for (String probe : probes) {
                calls.add(probe);
            }
            Lab.write(calls.instance.resolve("events").resolve(calls.group).resolve("enable"), "1");
        } catch (IOException | RuntimeException e) {
            calls.close();
            throw e;
        }
        return calls;
    }

    /** Every call so far, in order. */
    public List<Call> seen() throws IOException {
        List<Call> seen = new ArrayList<>();
        for (String line : Files.readAllLines(instance.resolve("trace"), StandardCharsets.ISO_8859_1)) {
            Matcher match = LINE.matcher(line);
            if (match.matches()) {
                seen.add(new Call(match.group(3), match.group(4), match.group(1) + "-" + match.group(2)));
            }
        }
        return seen;
    }

    /** Forgets what was seen. */
    public void clear() throws IOException {
        Files.newOutputStream(instance.resolve("trace"), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
                .close(); // opening it so is what empties it
    }

    @Override
    public void close() throws IOException {
        if (!functions.isEmpty()) {
            Lab.write(instance.resolve("events").resolve(group).resolve("enable"), "0");
        }
        Files.delete(instance);
        for (String function : functions) {
            append("-:" + group + "/" + function);
        }
    }

    private void add(String probe) throws IOException {
        String function = probe.split(" ", 2)[0];
        String arguments = probe.substring(function.length());
        append("p:" + group + "/" + function + " " + function + arguments);
        functions.add(function);
    }

    /** tracefs has no end to seek to, so this is O_APPEND without it. */
    private static void append(String line) throws IOException {
        Files.writeString(TRACEFS.resolve("kprobe_events"), line + "\n", StandardOpenOption.APPEND);
    }
}
