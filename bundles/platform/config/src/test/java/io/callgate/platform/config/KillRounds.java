// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.felix.cm.PersistenceManager;

/**
 * Kills a storing JVM with SIGKILL, again and again, and looks at what is on the disk: every store that returned must
 * be there or have been followed by the next one, whole.
 *
 * <p>{@code java KillRounds ROUNDS FOLDER [callgate|felix]} prints what it found and exits with 1 if anything was
 * lost or torn.
 */
final class KillRounds {

    private final String engine;
    private final Path folder;
    private final Random random;
    private final Map<String, Long> acknowledged = new HashMap<>();
    private final List<String> findings = new ArrayList<>();

    KillRounds(String engine, Path folder, long seed) {
        this.engine = engine;
        this.folder = folder;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[0]);
        String engine = arguments.length > 2 ? arguments[2] : "callgate";
        long seed = Long.getLong("callgate.seed", 1);
        List<String> findings = new KillRounds(engine, Path.of(arguments[1]), seed).run(rounds);
        findings.forEach(System.out::println);
        System.out.println(engine + ": " + rounds + " kills, " + findings.size() + " configurations lost or torn (seed "
                + seed + ")");
        System.exit(findings.isEmpty() ? 0 : 1);
    }

    /** Returns what was lost or torn, a line each. */
    List<String> run(int rounds) throws IOException, InterruptedException {
        for (int round = 1; round <= rounds; round++) {
            killOnce();
            verify(round);
        }
        return findings;
    }

    private void killOnce() throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreLoop.class.getName(),
                        engine,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int stores = 1 + random.nextInt(60);
        try (BufferedReader lines = child.inputReader()) {
            String line = lines.readLine();
            for (int i = 1; i < stores && line != null; i++) {
                acknowledge(line);
                line = lines.readLine();
            }
            // Through its handle: Process.destroyForcibly would close the pipe with what it still holds.
            child.toHandle().destroyForcibly();
            child.waitFor();
            // What was acknowledged between our last line and the kill counts as well.
            while (line != null) {
                acknowledge(line);
                line = lines.readLine();
            }
        }
    }

    private void acknowledge(String line) {
        int space = line.indexOf(' ');
        if (space > 0) {
            acknowledged.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        }
    }

    private void verify(int round) throws IOException {
        PersistenceManager store = StoreLoop.engine(engine, folder);
        for (int i = 0; i < StoreLoop.PIDS; i++) {
            String pid = StoreLoop.pid(i);
            long wanted = acknowledged.getOrDefault(pid, 0L);
            long found = store.exists(pid) ? number(round, pid, store) : 0;
            if (found < wanted) {
                findings.add("round " + round + ": " + pid + " is " + found + ", acknowledged was " + wanted);
            }
            // The next round continues from what is there.
            acknowledged.put(pid, found);
        }
    }

    private long number(int round, String pid, PersistenceManager store) {
        Dictionary<?, ?> properties;
        try {
            properties = store.load(pid);
        } catch (IOException e) {
            findings.add("round " + round + ": " + pid + " cannot be read: " + e.getMessage());
            return 0;
        }
        if (!(properties.get("number") instanceof Long number)) {
            return 0;
        }
        boolean whole = number.equals(properties.get("zz.number"))
                && StoreLoop.payload(number).equals(properties.get("payload"));
        if (!whole) {
            findings.add("round " + round + ": " + pid + " is torn");
        }
        return number;
    }
}
