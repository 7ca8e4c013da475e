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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/** The gateway's side of {@link Calls}: the bundles that it takes, in a framework, and the loops in one more bundle. */
public final class CallsChild {

    private static final List<String> WORKS = List.of("getppid", "fcntl", "pread", "attribute", "readString");
    private static final int WARM_UPS = 3;

    private CallsChild() {}

    /** Arguments: an empty folder, the file to read, how many calls. Prints {@code bench NAME NANOSECONDS}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Path file = Path.of(arguments[1]);
        long count = Long.parseLong(arguments[2]);
        Image image = Image.built();
        Path configs = Files.createDirectories(folder.resolve("data/configs"));
        Files.writeString(
                configs.resolve("io.callgate.sysfs.attribute~bench.json"),
                "{\"path\": \"%s\", \"type\": \"integer\"}".formatted(file));
        try (InProcess framework = new InProcess(image, folder, Map.of("bench.file", file.toString()))) {
            framework.start(image.startList());
            framework.service("io.callgate.sysfs.Attribute", "(callgate.name=bench)");
            framework.start(List.of(loops(image, folder.resolve("loops.jar"))));
            for (String name : WORKS) {
                LongUnaryOperator loop = (LongUnaryOperator)
                        framework.service(LongUnaryOperator.class.getName(), "(bench.work=" + name + ")");
                for (int i = 0; i < WARM_UPS; i++) {
                    loop.applyAsLong(count / 5);
                }
                System.out.printf("bench %s %.1f%n", name, (double) loop.applyAsLong(count) / count);
            }
        }
        System.exit(0);
    }

    private static Path loops(Image image, Path jar) throws IOException {
        List<Path> classPath =
                new ArrayList<>(List.of(image.jar("io.callgate.linux.api"), image.jar("io.callgate.sysfs.api")));
        classPath.add(image.jar("org.apache.felix.framework"));
        try (InputStream text = CallsChild.class.getResourceAsStream("Loops.java.txt")) {
            return new BundleMaker("io.callgate.bench.loops")
                    .source("io.callgate.bench.loops.Loops", new String(text.readAllBytes(), StandardCharsets.UTF_8))
                    .header("Bundle-Activator", "io.callgate.bench.loops.Loops")
                    .against(classPath.toArray(Path[]::new))
                    .write(jar);
        }
    }
}
