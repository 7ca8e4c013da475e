// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.bench;

import io.callgate.itests.harness.BundleMaker;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** The gateway's side of {@link Devices}: the product's bundles in a framework, and the loops in one more bundle. */
public final class DevicesChild {

    private static final int WARM_UPS = 3;

    private DevicesChild() {}

    /** Arguments: an empty folder, the device, then names and counts. Prints {@code bench NAME NANOSECONDS}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Image image = Image.built();
        Path configs = Files.createDirectories(folder.resolve("data/configs"));
        Files.writeString(
                configs.resolve("io.callgate.device.file~bench.json"),
                "{\"path\": \"%s\", \"direct\": true}".formatted(arguments[1]));
        try (InProcess framework = new InProcess(image, folder, Map.of())) {
            framework.start(image.startList());
            framework.service("io.callgate.device.BlockDevice", "(callgate.name=bench)");
            framework.start(List.of(loops(image, folder.resolve("loops.jar"))));
            for (int i = 2; i < arguments.length; i += 2) {
                measure(framework, arguments[i], Long.parseLong(arguments[i + 1]));
            }
        }
        System.exit(0);
    }

    private static void measure(InProcess framework, String name, long count) {
        LongUnaryOperator loop =
                (LongUnaryOperator) framework.service(LongUnaryOperator.class.getName(), "(bench.work=" + name + ")");
        for (int i = 0; i < WARM_UPS; i++) {
            loop.applyAsLong(count / 5);
        }
        System.out.printf("bench %s %.1f%n", name, (double) loop.applyAsLong(count) / count);
    }

    private static Path loops(Image image, Path jar) throws IOException {
        try (InputStream text = DevicesChild.class.getResourceAsStream("DeviceLoops.java.txt")) {
            return new BundleMaker("io.callgate.bench.device")
                    .source(
                            "io.callgate.bench.device.DeviceLoops",
                            new String(text.readAllBytes(), StandardCharsets.UTF_8))
                    .header("Bundle-Activator", "io.callgate.bench.device.DeviceLoops")
                    .against(
                            image.jar("io.callgate.linux.api"),
                            image.jar("io.callgate.device.api"),
                            image.jar("org.apache.felix.framework"))
                    .write(jar);
        }
    }
}
