// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.osgi.service.feature.BuilderFactory;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureArtifact;
import org.osgi.service.feature.FeatureBuilder;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureBundleBuilder;
import org.osgi.service.feature.FeatureConfiguration;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.FeatureExtensionBuilder;
import org.osgi.service.feature.ID;

/**
 * Makes one feature of many. What two of them say differently (a bundle's version or start level, a property, a
 * configuration) is refused by naming both: the product must not depend on the order of file names.
 */
final class FeatureMerge {

    private static final BuilderFactory BUILDERS = Features.SERVICE.getBuilderFactory();

    private final Map<String, Said<FeatureBundle>> bundles = new LinkedHashMap<>();
    private final Map<String, Said<FeatureConfiguration>> configurations = new LinkedHashMap<>();
    private final Map<String, MergedExtension> extensions = new LinkedHashMap<>();

    private FeatureMerge() {}

    static Feature merge(String name, List<Feature> features) {
        FeatureMerge merge = new FeatureMerge();
        features.forEach(merge::add);
        ID first = features.get(0).getID();
        ID id = Features.SERVICE.getID(
                first.getGroupId(), first.getArtifactId(), first.getVersion(), ID.FEATURE_ID_TYPE, name);
        FeatureBuilder builder = BUILDERS.newFeatureBuilder(id).setName(name).setComplete(true);
        merge.bundles.values().forEach(said -> builder.addBundles(said.what()));
        merge.configurations.values().forEach(said -> builder.addConfigurations(said.what()));
        merge.extensions.values().forEach(extension -> builder.addExtensions(extension.build()));
        return builder.build();
    }

    private void add(Feature feature) {
        String name = nameOf(feature);
        for (FeatureBundle bundle : feature.getBundles()) {
            put(bundles, bundle.getID().getGroupId() + ":" + bundle.getID().getArtifactId(), name, copy(bundle));
        }
        feature.getConfigurations().forEach((pid, configuration) -> put(configurations, pid, name, configuration));
        feature.getExtensions().forEach((key, extension) -> {
            if (!key.equals(Features.REQUIRES)) { // met by the merge itself
                extensions
                        .computeIfAbsent(key, k -> new MergedExtension(extension))
                        .add(name, extension);
            }
        });
    }

    private static <T> void put(Map<String, Said<T>> all, String key, String feature, T what) {
        Said<T> before = all.putIfAbsent(key, new Said<>(feature, what));
        if (before != null && !describe(before.what()).equals(describe(what))) {
            throw new FeatureException("features " + before.feature() + " and " + feature + " differ about " + key
                    + ": " + describe(before.what()) + " and " + describe(what));
        }
    }

    private static String describe(Object what) {
        if (what instanceof FeatureBundle bundle) {
            return bundle.getID() + " " + bundle.getMetadata();
        }
        if (what instanceof FeatureConfiguration configuration) {
            return configuration.getValues().toString();
        }
        return what.toString();
    }

    private static FeatureBundle copy(FeatureBundle bundle) {
        FeatureBundleBuilder copy = BUILDERS.newBundleBuilder(bundle.getID());
        bundle.getMetadata().forEach(copy::addMetadata);
        return copy.build();
    }

    static String nameOf(Feature feature) {
        return feature.getID().getClassifier().orElse(feature.getID().getArtifactId());
    }

    private record Said<T>(String feature, T what) {}

    /** The union of one extension over all features which have it. */
    private static final class MergedExtension {

        private final FeatureExtension first;
        private final Map<String, Said<Object>> json = new LinkedHashMap<>();
        private final Set<String> text = new LinkedHashSet<>();
        private final Map<ID, FeatureArtifact> artifacts = new LinkedHashMap<>();

        MergedExtension(FeatureExtension first) {
            this.first = first;
        }

        void add(String feature, FeatureExtension extension) {
            if (extension.getType() != first.getType() || extension.getKind() != first.getKind()) {
                throw new FeatureException("feature " + feature + ": the extension " + first.getName()
                        + " must be of kind " + first.getKind() + " and type " + first.getType() + " as elsewhere");
            }
            switch (first.getType()) {
                case JSON -> parse(extension.getJSON()).forEach((key, value) -> put(json, key, feature, value));
                case TEXT -> text.addAll(extension.getText());
                case ARTIFACTS -> extension.getArtifacts().forEach(a -> artifacts.putIfAbsent(a.getID(), a));
            }
        }

        FeatureExtension build() {
            FeatureExtensionBuilder builder =
                    BUILDERS.newExtensionBuilder(first.getName(), first.getType(), first.getKind());
            switch (first.getType()) {
                case JSON -> builder.setJSON(jsonObject(json).toString());
                case TEXT -> text.forEach(builder::addText);
                case ARTIFACTS -> artifactsOf(artifacts.values()).forEach(builder::addArtifact);
            }
            return builder.build();
        }

        private static List<FeatureArtifact> artifactsOf(Collection<FeatureArtifact> artifacts) {
            return artifacts.stream().filter(Objects::nonNull).toList();
        }

        private static JsonObject jsonObject(Map<String, Said<Object>> members) {
            JsonObjectBuilder builder = Json.createObjectBuilder();
            members.forEach((key, said) -> builder.add(key, (jakarta.json.JsonValue) said.what()));
            return builder.build();
        }
    }

    static JsonObject parse(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            return reader.readObject();
        }
    }
}
