// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import aQute.bnd.header.Parameters;
import io.callgate.itests.harness.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom, read from the manifests of what ships: see "the house" in CONTRIBUTING.md. */
class HouseRulesIT {

    private final Image image = Image.built();
    private final Map<String, Manifest> bundles = manifests();

    @Test
    void everyMechanismIsSeenOnlyThroughItsApi() {
        Set<String> apiPackages = bundles.keySet().stream()
                .filter(name -> name.endsWith(".api"))
                .map(HouseRulesIT::withoutApi)
                .collect(Collectors.toSet());

        bundles.forEach((name, manifest) ->
                assertThat(ours(imports(manifest))).as("what %s imports", name).isSubsetOf(apiPackages));
    }

    @Test
    void onlyTheDoorKnowsJna() {
        List<String> users = bundles.entrySet().stream()
                .filter(bundle -> imports(bundle.getValue()).stream().anyMatch(name -> name.startsWith("com.sun.jna")))
                .map(Map.Entry::getKey)
                .toList();
        assertThat(users).containsExactly("io.callgate.linux.jna");
    }

    @Test
    void configurationNeedsNoDoor() {
        assertThat(ours(imports(bundles.get("io.callgate.platform.config")))).isSubsetOf("io.callgate.platform");
    }

    @Test
    void onlyApisExportAndEachExportsThePackageOfItsName() {
        bundles.forEach((name, manifest) -> assertThat(header(manifest, "Export-Package"))
                .as("what %s exports", name)
                .isEqualTo(name.endsWith(".api") ? Set.of(withoutApi(name)) : Set.of()));
    }

    @Test
    void everyClassOfOursIsInThePackageOfItsBundlesName() throws IOException {
        for (Path jar : jars()) {
            String name =
                    header(manifest(jar), "Bundle-SymbolicName").iterator().next();
            String folder = withoutApi(name).replace('.', '/') + "/";
            try (JarFile file = new JarFile(jar.toFile())) {
                assertThat(file.stream()
                                .map(entry -> entry.getName())
                                .filter(entry -> entry.matches("io/callgate/.*\\.class")))
                        .as("classes of %s", name)
                        .allMatch(entry -> entry.startsWith(folder));
            }
        }
    }

    @Test
    void apisHaveNeitherActivatorNorComponent() {
        bundles.forEach((name, manifest) -> {
            if (name.endsWith(".api")) {
                assertThat(manifest.getMainAttributes().keySet().toString())
                        .as("headers of %s", name)
                        .doesNotContain("Bundle-Activator", "Service-Component");
            }
        });
    }

    private static String withoutApi(String name) {
        return name.replaceFirst("\\.api$", "");
    }

    private static List<String> ours(Set<String> packages) {
        return packages.stream().filter(name -> name.startsWith("io.callgate.")).toList();
    }

    private static Set<String> imports(Manifest manifest) {
        return header(manifest, "Import-Package");
    }

    private static Set<String> header(Manifest manifest, String name) {
        return new Parameters(manifest.getMainAttributes().getValue(name)).keySet();
    }

    private Map<String, Manifest> manifests() {
        Map<String, Manifest> found = new TreeMap<>();
        for (Path jar : jars()) {
            Manifest manifest = manifest(jar);
            found.put(header(manifest, "Bundle-SymbolicName").iterator().next(), manifest);
        }
        assertThat(found).hasSizeGreaterThan(10);
        return found;
    }

    private List<Path> jars() {
        try (Stream<Path> files = Files.list(image.home().resolve("bundles"))) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Manifest manifest(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest();
        } catch (IOException e) {
            throw new AssertionError(jar + ": " + e, e);
        }
    }
}
