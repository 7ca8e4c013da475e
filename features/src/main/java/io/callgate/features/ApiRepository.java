// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * What a plugin author compiles against, as a small Maven repository of files: the API bundles and the test doubles,
 * what they need of other makers, and a BOM that names them all. Nothing has to be published for it.
 */
final class ApiRepository {

    static final String BOM = "io.callgate.bom";

    private record Artifact(String group, String name, String version) {}

    private final Artifacts artifacts;
    private final String version;
    private final Path folder;

    ApiRepository(Artifacts artifacts, String version, Path folder) {
        this.artifacts = artifacts;
        this.version = version;
        this.folder = folder;
    }

    void fill(Path others, Feature gateway) throws IOException {
        ImageAssembler.copyTree(
                others,
                folder,
                file -> file.toString().endsWith(".jar") || file.toString().endsWith(".pom"));
        List<Artifact> managed = new ArrayList<>(published(folder));
        for (Artifact ours : ours(gateway)) {
            add(ours);
            managed.add(ours);
        }
        Files.createDirectories(versionFolder(bom()));
        Files.writeString(
                versionFolder(bom()).resolve(BOM + "-" + version + ".pom"),
                pom(bom(), "pom", "<dependencyManagement>" + dependencies(managed) + "</dependencyManagement>"));
    }

    private Artifact bom() {
        return new Artifact(Artifacts.GROUP, BOM, version);
    }

    /** Every API of the product, and every test double: the bundles named {@code testing}, which are in no feature. */
    private List<Artifact> ours(Feature gateway) throws IOException {
        List<Artifact> ours = new ArrayList<>();
        gateway.getBundles().stream()
                .map(FeatureBundle::getID)
                .filter(id -> Artifacts.isOurs(id) && id.getArtifactId().endsWith(".api"))
                .forEach(id -> ours.add(new Artifact(id.getGroupId(), id.getArtifactId(), id.getVersion())));
        try (Stream<Path> mechanisms = Files.list(artifacts.root().resolve("bundles"))) {
            mechanisms
                    .filter(mechanism -> Files.isRegularFile(mechanism.resolve("testing/pom.xml")))
                    .sorted()
                    .map(mechanism -> Artifacts.GROUP + "." + mechanism.getFileName() + ".testing")
                    .forEach(name -> ours.add(new Artifact(Artifacts.GROUP, name, version)));
        }
        return ours;
    }

    private void add(Artifact artifact) throws IOException {
        Path jar = artifacts.jar(
                Features.SERVICE.getID(artifact.group(), artifact.name(), artifact.version()), "the plugin API");
        Path target = versionFolder(artifact);
        Files.createDirectories(target);
        Files.copy(jar, target.resolve(jar.getFileName()));
        Path leaf = jar.getParent().resolveSibling("pom.xml");
        Files.writeString(
                target.resolve(artifact.name() + "-" + artifact.version() + ".pom"),
                pom(artifact, "jar", dependencies(needs(leaf))));
    }

    /** What the leaf pom of one of our bundles says it needs of our others. */
    private List<Artifact> needs(Path leaf) throws IOException {
        List<Artifact> needs = new ArrayList<>();
        NodeList all = parse(leaf).getElementsByTagName("dependency");
        for (int i = 0; i < all.getLength(); i++) {
            Element dependency = (Element) all.item(i);
            if (Artifacts.GROUP.equals(text(dependency, "groupId")) && !"test".equals(text(dependency, "scope"))) {
                needs.add(new Artifact(Artifacts.GROUP, text(dependency, "artifactId"), version));
            }
        }
        return needs;
    }

    private static Element parse(Path pom) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new FeatureException(pom + " is no pom: " + e.getMessage(), e);
        }
    }

    private static String text(Element element, String child) {
        Node node = element.getElementsByTagName(child).item(0);
        String text = node == null ? "" : node.getTextContent().strip();
        return text.equals("${project.groupId}") ? Artifacts.GROUP : text;
    }

    /** The jars of a repository. */
    private static List<Artifact> published(Path repository) throws IOException {
        try (Stream<Path> files = Files.walk(repository)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(jar -> {
                        Path relative = repository.relativize(jar);
                        int depth = relative.getNameCount();
                        String group = relative.subpath(0, depth - 3).toString().replace('/', '.');
                        return new Artifact(
                                group,
                                relative.getName(depth - 3).toString(),
                                relative.getName(depth - 2).toString());
                    })
                    .toList();
        }
    }

    private Path versionFolder(Artifact artifact) {
        return folder.resolve(artifact.group().replace('.', '/'))
                .resolve(artifact.name())
                .resolve(artifact.version());
    }

    private static String pom(Artifact artifact, String packaging, String body) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                  <packaging>%s</packaging>
                  %s
                </project>
                """.formatted(artifact.group(), artifact.name(), artifact.version(), packaging, body);
    }

    private static String dependencies(List<Artifact> artifacts) {
        StringBuilder xml = new StringBuilder("<dependencies>\n");
        for (Artifact artifact : artifacts) {
            xml.append(
                    "    <dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version></dependency>\n"
                            .formatted(artifact.group(), artifact.name(), artifact.version()));
        }
        return xml.append("  </dependencies>").toString();
    }
}
