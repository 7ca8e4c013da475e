// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * After any sequence of drops, replacements and deletions the wiring is that of a restart, and that of a gateway which
 * lost its cache. {@code -Dcallgate.drops=500} makes it long; {@code -Dcallgate.seed} repeats a failure.
 */
class RandomDropsTest {

    private static final int DROPS = Integer.getInteger("callgate.drops", 60);
    private static final int CHECK_EVERY = 10;

    private static final Duration DELETED = Timing.DEFAULT.deletion().plus(TestGateway.SETTLE);

    @TempDir
    Path root;

    private Random random;
    private TestGateway gateway;

    @Test
    void theWiringIsThatOfARestart() throws Exception {
        long seed = Long.getLong("callgate.seed", System.nanoTime());
        random = new Random(seed);
        List<String> history = new ArrayList<>();
        gateway = new TestGateway(root)
                .ship("api.jar", TestJar.bundle("s.api", "1.0.0").exports("p;version=1.0.0"))
                .ship("early.jar", TestJar.bundle("s.early", "1.0.0").imports("p;version=\"[1.0,1.1)\""))
                .ship(
                        "late.jar",
                        TestJar.bundle("s.late", "1.0.0").imports("p;version=\"[1,2)\",q;resolution:=optional"))
                .start();
        try {
            for (int i = 1; i <= DROPS; i++) {
                history.add(drop());
                gateway.settle();
                if (random.nextInt(3) == 0) {
                    gateway.pass(DELETED);
                }
                if (i % CHECK_EVERY == 0) {
                    check("seed " + seed + ", after " + i + " drops, the last "
                            + history.subList(Math.max(0, i - 2 * CHECK_EVERY), i));
                }
            }
        } finally {
            gateway.close();
        }
    }

    private void check(String where) throws Exception {
        gateway.pass(DELETED.plus(Timing.DEFAULT.probation()));
        String live = gateway.wiring();
        gateway.restart().pass(DELETED);
        assertThat(gateway.wiring()).as("restart; %s%n%s", where, tail()).isEqualTo(live);
        gateway.stopFramework();
        delete(gateway.data.resolve("cache"));
        gateway.start().pass(DELETED);
        assertThat(resolved(gateway.wiring()))
                .as("cache lost; %s%n%s", where, tail())
                .isEqualTo(resolved(live));
    }

    private String tail() {
        List<String> log = gateway.log;
        return String.join("\n", log.subList(Math.max(0, log.size() - 60), log.size()));
    }

    /** Without the bundles that only wait: installed or not yet, they are wired to nobody. */
    private static String resolved(String wiring) {
        return wiring.lines().filter(line -> !line.endsWith(" unresolved")).collect(Collectors.joining("\n"));
    }

    private String drop() throws IOException {
        String file = "f" + random.nextInt(6) + ".jar";
        switch (random.nextInt(5)) {
            case 0 -> {
                gateway.remove(file);
                return "rm " + file;
            }
            case 1 -> {
                if (Files.exists(gateway.deploy.resolve(file))) {
                    String other = "f" + random.nextInt(6) + ".jar";
                    if (!other.equals(file)) {
                        gateway.move(file, other);
                        return "mv " + file + " " + other;
                    }
                }
                return "nothing";
            }
            default -> {
                int kind = random.nextInt(9);
                gateway.copy(file, content(kind));
                return "cp " + kind + " " + file;
            }
        }
    }

    private byte[] content(int kind) {
        String version = "1." + random.nextInt(3) + ".0";
        String name = "d" + random.nextInt(3);
        return switch (kind) {
            case 0 ->
                TestJar.bundle("s.api", version).exports("p;version=" + version).bytes();
            case 1 ->
                TestJar.bundle(name, version).exports("p;version=" + version).bytes();
            case 2 ->
                TestJar.bundle(name, version).imports("p;version=\"[1,2)\"").bytes();
            case 3 ->
                TestJar.bundle(name, version)
                        .imports("q,p;resolution:=optional")
                        .bytes();
            case 4 ->
                TestJar.bundle(name, version).exports("q;version=" + version).bytes();
            case 5 ->
                TestJar.bundle("fragment", version)
                        .header("Fragment-Host", "s.late")
                        .bytes();
            case 6 -> TestJar.bundle(name, version).failing("no " + version).bytes();
            case 7 ->
                TestJar.bundle("s.late", version)
                        .imports("p;version=\"[1.1,2)\"")
                        .bytes();
            default -> "broken".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        };
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
