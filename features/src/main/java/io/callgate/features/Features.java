// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.felix.feature.impl.FeatureServiceImpl;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureArtifact;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.FeatureService;
import org.osgi.service.feature.ID;

/**
 * The features of one folder, by name: the file {@code procfs.json} is the feature {@code procfs}. Immutable.
 *
 * <p>A feature says by the extension {@value #REQUIRES} (artifacts, by feature id) which others it stands on, so that
 * each can be booted alone together with what it needs, and no more.
 */
public final class Features {

    /** Extension of type artifacts: ids of the features which this one stands on. */
    public static final String REQUIRES = "callgate-requires";

    /** The name of the feature which all others are merged into. */
    public static final String GATEWAY = "gateway";

    static final FeatureService SERVICE = new FeatureServiceImpl();

    private static final String SUFFIX = ".json";

    private final SortedMap<String, Feature> byName;

    private Features(SortedMap<String, Feature> byName) {
        this.byName = byName;
    }

    /**
     * Reads every {@code *.json} of the folder.
     *
     * @throws FeatureException if one is no feature, or its id does not carry its file's name as classifier
     */
    public static Features read(Path folder) {
        SortedMap<String, Feature> features = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
                String name = file.getFileName().toString();
                name = name.substring(0, name.length() - SUFFIX.length());
                features.put(name, readOne(file, name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (features.isEmpty()) {
            throw new FeatureException("no feature (*.json) in " + folder);
        }
        return new Features(features);
    }

    private static Feature readOne(Path file, String name) throws IOException {
        Feature feature;
        try (Reader reader = Files.newBufferedReader(file)) {
            feature = SERVICE.readFeature(reader);
        } catch (IOException e) {
            throw e;
        } catch (RuntimeException e) { // the library's parser throws what it pleases
            throw new FeatureException(file + " is no OSGi feature: " + e.getMessage(), e);
        }
        ID id = feature.getID();
        if (!id.getClassifier().equals(java.util.Optional.of(name))) {
            throw new FeatureException(file + ": the id " + id + " must have the classifier " + name);
        }
        return feature;
    }

    /** The names of all features, sorted. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** The feature of that name. */
    public Feature named(String name) {
        Feature feature = byName.get(name);
        if (feature == null) {
            throw new FeatureException("no feature " + name + "; there are " + String.join(", ", names()));
        }
        return feature;
    }

    /** These features and all they require, the required ones first. */
    public List<Feature> closure(String... wanted) {
        Map<String, Feature> found = new LinkedHashMap<>();
        for (String name : wanted) {
            collect(name, found, new ArrayList<>());
        }
        return List.copyOf(found.values());
    }

    private void collect(String name, Map<String, Feature> found, List<String> path) {
        if (found.containsKey(name)) {
            return;
        }
        if (path.contains(name)) {
            throw new FeatureException("features require each other: " + String.join(" > ", path) + " > " + name);
        }
        path.add(name);
        Feature feature = named(name);
        for (String required : required(feature)) {
            collect(required, found, path);
        }
        path.remove(name);
        found.put(name, feature);
    }

    private static List<String> required(Feature feature) {
        FeatureExtension extension = feature.getExtensions().get(REQUIRES);
        if (extension == null) {
            return List.of();
        }
        return extension.getArtifacts().stream()
                .map(FeatureArtifact::getID)
                .map(id -> id.getClassifier()
                        .orElseThrow(() -> new FeatureException(
                                "feature " + feature.getID() + " requires " + id + ", which is no id of a feature")))
                .toList();
    }

    /** These features and all they require, as one. */
    public Feature merged(String... wanted) {
        return FeatureMerge.merge(String.join("-", wanted), closure(wanted));
    }

    /** The product: all features of the folder as one. */
    public Feature gateway() {
        return FeatureMerge.merge(GATEWAY, closure(names().toArray(String[]::new)));
    }
}
