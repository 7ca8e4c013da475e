// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceReference;

/**
 * A running bundle's jar is overwritten slowly, as scp over a bad line does, again and again. During the copy every
 * call succeeds; at its end there is one update, whose gap is printed. {@code -Dcallgate.deployer=fileinstall} puts
 * Felix File Install in the deployer's place, to see this fail.
 */
class SlowOverwriteSoakIT {

    private static final int ROUNDS = Integer.getInteger("callgate.overwrites", 100);
    private static final int PIECES = 20;
    private static final long PAUSE_NANOS = 5_000_000;

    @TempDir
    Path folder;

    private final Image image = Image.built();

    @Test
    void noCallFailsDuringACopyAndOneUpdateFollowsIt() throws Exception {
        long worstGap = 0;
        Path deployed = folder.resolve("data/deploy/soak.jar");
        Map<String, String> properties =
                Map.of("felix.fileinstall.dir", deployed.getParent().toString(), "felix.fileinstall.poll", "200");
        Files.createDirectories(deployed.getParent());
        try (InProcess gateway = new InProcess(image, folder, properties)) {
            gateway.start(bundles());
            Files.copy(bundle(0), deployed);
            awaitAnswer(gateway, 0);
            for (int round = 1; round <= ROUNDS; round++) {
                long updates = gateway.bundle("soak.overwritten").getLastModified();
                copySlowly(gateway, Files.readAllBytes(bundle(round)), deployed, round - 1);
                assertThat(gateway.bundle("soak.overwritten").getLastModified())
                        .as("no update before the file is closed")
                        .isEqualTo(updates);
                worstGap = Math.max(worstGap, awaitAnswer(gateway, round));
            }
        }
        System.out.printf("%d slow overwrites: longest time without the service %.1f ms%n", ROUNDS, worstGap / 1e6);
    }

    private List<Path> bundles() throws Exception {
        List<Path> bundles = new ArrayList<>(image.startList());
        if ("fileinstall".equals(System.getProperty("callgate.deployer"))) {
            bundles.remove(image.jar("io.callgate.platform.deploy"));
            bundles.add(Path.of(ArtifactInstaller.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI()));
        }
        return bundles;
    }

    /** Every piece is followed by a call that must still be answered by the version before. */
    private void copySlowly(InProcess gateway, byte[] jar, Path target, int before) throws Exception {
        try (OutputStream out = Files.newOutputStream(target)) {
            for (int piece = 0; piece < PIECES; piece++) {
                int from = jar.length * piece / PIECES;
                int to = jar.length * (piece + 1) / PIECES;
                out.write(jar, from, to - from);
                out.flush();
                LockSupport.parkNanos(PAUSE_NANOS);
                if (piece < PIECES - 1) {
                    assertThat(answer(gateway)).as("an answer during the copy").isEqualTo(before);
                }
            }
            assertThat(answer(gateway)).isEqualTo(before);
        }
    }

    /** Waits for the new version's answer; returns for how long in nanoseconds there was none. */
    private static long awaitAnswer(InProcess gateway, int expected) {
        long[] gapBegan = {0};
        long[] gap = {0};
        Await.until("version " + expected + " answers; " + gateway.states(), () -> {
            Integer now = answer(gateway);
            if (now == null && gapBegan[0] == 0) {
                gapBegan[0] = System.nanoTime();
            } else if (now != null && gapBegan[0] != 0) {
                gap[0] = Math.max(gap[0], System.nanoTime() - gapBegan[0]);
                gapBegan[0] = 0;
            }
            return now != null && now == expected;
        });
        return gap[0];
    }

    private static Integer answer(InProcess gateway) throws Exception {
        ServiceReference<?> reference = gateway.find(Supplier.class.getName(), "(soak=overwritten)");
        Object service = reference == null ? null : gateway.context().getService(reference);
        return service == null ? null : (Integer) ((Supplier<?>) service).get();
    }

    private Path bundle(int answer) throws Exception {
        String source = """
                package soak.overwritten;

                public final class Activator implements org.osgi.framework.BundleActivator {
                    public void start(org.osgi.framework.BundleContext context) {
                        java.util.Hashtable<String, Object> properties = new java.util.Hashtable<>();
                        properties.put("soak", "overwritten");
                        java.util.function.Supplier<Integer> supplier = () -> %d;
                        context.registerService(java.util.function.Supplier.class, supplier, properties);
                    }

                    public void stop(org.osgi.framework.BundleContext context) {}
                }
                """.formatted(answer);
        return new BundleMaker("soak.overwritten")
                .version("1.0." + answer)
                .source("soak.overwritten.Activator", source)
                .header("Bundle-Activator", "soak.overwritten.Activator")
                .against(image.jar("org.apache.felix.framework"))
                .write(folder.resolve("soak-" + answer + ".jar"));
    }
}
