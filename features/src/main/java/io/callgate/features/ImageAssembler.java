// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.osgi.service.feature.Feature;

/**
 * Expands the features into the image which is unpacked on a device. The build calls {@link #main}.
 *
 * <p>What is below {@code data/} of an image that is there already stays: somebody may be trying it out.
 */
public final class ImageAssembler {

    private static final String LICENSE = "LICENSE";

    private final Inputs inputs;
    private final Path image;

    /**
     * Where everything comes from.
     *
     * @param features folder of the features, with their versions filled in
     * @param artifacts where the jars are
     * @param launcher its jar
     * @param skeleton files which go into the image as they are
     * @param configs the default configurations
     * @param api a Maven repository with what plugin authors need of other makers
     * @param version of the product
     */
    public record Inputs(
            Path features, Artifacts artifacts, Path launcher, Path skeleton, Path configs, Path api, String version) {}

    private ImageAssembler(Inputs inputs, Path image) {
        this.inputs = inputs;
        this.image = image;
    }

    /** Arguments: source tree, repository, launcher jar, skeleton, API repository, version, image. */
    public static void main(String[] args) throws IOException {
        if (args.length != 7) {
            throw new IllegalArgumentException("usage: ROOT REPOSITORY LAUNCHER SKELETON API VERSION IMAGE");
        }
        Path root = Path.of(args[0]);
        Inputs inputs = new Inputs(
                root.resolve("features/target/classes/features"),
                new Artifacts(root, Path.of(args[1])),
                Path.of(args[2]),
                Path.of(args[3]),
                root.resolve("configs"),
                Path.of(args[4]),
                args[5]);
        assemble(inputs, Path.of(args[6]));
    }

    /** Makes the image, in place of the one that is there. */
    public static void assemble(Inputs inputs, Path image) throws IOException {
        new ImageAssembler(inputs, image).assemble();
    }

    private void assemble() throws IOException {
        Features features = Features.read(inputs.features());
        Feature gateway = features.gateway();
        for (String name : features.names()) { // so that a missing jar is reported with the feature that names it
            StartPlan.of(features.named(name), inputs.artifacts());
        }
        StartPlan plan = StartPlan.of(gateway, inputs.artifacts());
        clean();
        copyTree(inputs.skeleton(), image);
        makeExecutable(image.resolve("bin"));
        store(inputs.launcher(), "lib");
        store(plan.framework(), "lib");
        copyTree(inputs.configs(), image.resolve("configs"));
        copyTree(inputs.features(), image.resolve("features"));
        try (Writer writer = Files.newBufferedWriter(image.resolve("features/" + Features.GATEWAY + ".json"))) {
            Features.SERVICE.writeFeature(gateway, writer);
        }
        writeStartList(plan);
        writeProperties(plan);
        copy(inputs.artifacts().root().resolve(LICENSE), "");
        writeNotice(plan);
        new ApiRepository(inputs.artifacts(), inputs.version(), image.resolve("api")).fill(inputs.api(), gateway);
    }

    private void clean() throws IOException {
        Files.createDirectories(image);
        List<Path> old;
        try (Stream<Path> entries = Files.list(image)) {
            old = entries.filter(entry -> !entry.endsWith("data")).toList();
        }
        for (Path entry : old) {
            try (Stream<Path> files = Files.walk(entry)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void writeStartList(StartPlan plan) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("# Generated from features/gateway.json: start level, bundle. Level 0: installed, not started.");
        for (StartPlan.Bundle bundle : plan.bundles()) {
            String folder = Artifacts.isOurs(bundle.id()) ? "bundles" : "system";
            store(bundle.jar(), folder);
            lines.add(bundle.startLevel() + " " + folder + "/" + bundle.jar().getFileName());
        }
        Files.write(image.resolve("start.list"), lines);
    }

    private void writeProperties(StartPlan plan) throws IOException {
        SortedMap<String, String> properties = new TreeMap<>(plan.properties());
        properties.put("callgate.version", inputs.version());
        List<String> lines = new ArrayList<>();
        lines.add("# Generated from features/gateway.json: what the features want of the framework.");
        for (Map.Entry<String, String> property : properties.entrySet()) {
            lines.add(property.getKey() + "=" + property.getValue().replace("\\", "\\\\"));
        }
        Files.write(image.resolve("framework.properties"), lines);
    }

    private void writeNotice(StartPlan plan) throws IOException {
        Notice notice = new Notice(inputs.version());
        notice.add(plan.framework());
        for (StartPlan.Bundle bundle : plan.bundles()) {
            if (!Artifacts.isOurs(bundle.id())) {
                notice.add(bundle.jar());
            }
        }
        try (Stream<Path> files = Files.walk(inputs.api())) {
            for (Path jar :
                    files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                notice.add(jar);
            }
        }
        Files.writeString(image.resolve(Notice.FILE), notice.text());
    }

    private void store(Path jar, String folder) throws IOException {
        Path target = image.resolve(folder).resolve(jar.getFileName());
        Files.createDirectories(target.getParent());
        StoredJar.copy(jar, target);
    }

    private void copy(Path file, String folder) throws IOException {
        Path target = image.resolve(folder).resolve(file.getFileName());
        Files.createDirectories(target.getParent());
        Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        copyTree(from, to, file -> true);
    }

    static void copyTree(Path from, Path to, Predicate<Path> wanted) throws IOException {
        Files.createDirectories(to);
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(Files::isRegularFile).filter(wanted).sorted().toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void makeExecutable(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!file.toFile().setExecutable(true, false)) {
                    throw new IOException(file + " cannot be made executable");
                }
            }
        }
    }
}
