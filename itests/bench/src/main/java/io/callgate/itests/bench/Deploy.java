// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Gateway;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** From the close of a jar in deploy/ to its service: the bundle's own clock when it registers, less ours at the close. */
final class Deploy {

    private static final int ROUNDS = 21;

    private final Image image;
    private final Path work;
    private final Samples samples = new Samples();

    Deploy(Image image, Path work) {
        this.image = image;
        this.work = work;
    }

    void run() throws IOException, InterruptedException {
        Path data = Files.createDirectories(work.resolve("deploy")).resolve("data");
        Files.createDirectories(data);
        try (Gateway gateway = new Gateway(image, data).start()) {
            for (int round = 0; round < ROUNDS; round++) {
                Path marker = work.resolve("marker-" + round);
                byte[] jar = Files.readAllBytes(bundle(round, marker));
                samples.add("deploy", once(gateway, jar, round, marker));
            }
            gateway.terminate();
        }
        System.out.printf(
                "%nfrom close of a jar in deploy/ to its service: %.0f ms (%s)%n",
                samples.median("deploy"), samples.spread("deploy"));
    }

    private static double once(Gateway gateway, byte[] jar, int round, Path marker) throws IOException {
        long closed;
        try (OutputStream file = Files.newOutputStream(gateway.deploy().resolve("bench-" + round + ".jar"))) {
            file.write(jar);
        }
        closed = System.currentTimeMillis();
        Await.until(
                "the bundle's service",
                () -> Files.exists(marker) && !Files.readString(marker).isEmpty());
        return Long.parseLong(Files.readString(marker)) - closed;
    }

    private Path bundle(int round, Path marker) throws IOException {
        String source = """
                package bench.deployed;

                public final class Activator implements org.osgi.framework.BundleActivator {
                    public void start(org.osgi.framework.BundleContext context) throws Exception {
                        context.registerService(Runnable.class, () -> {}, null);
                        java.nio.file.Files.writeString(
                                java.nio.file.Path.of("%s"), Long.toString(System.currentTimeMillis()));
                    }

                    public void stop(org.osgi.framework.BundleContext context) {}
                }
                """.formatted(marker);
        return new BundleMaker("bench.deployed" + round)
                .source("bench.deployed.Activator", source)
                .header("Bundle-Activator", "bench.deployed.Activator")
                .against(image.jar("org.apache.felix.framework"))
                .write(work.resolve("bench-" + round + ".jar"));
    }
}
