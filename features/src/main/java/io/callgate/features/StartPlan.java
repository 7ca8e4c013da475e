// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.service.feature.Feature;
import org.osgi.service.feature.FeatureBundle;
import org.osgi.service.feature.FeatureExtension;
import org.osgi.service.feature.ID;

/**
 * What a framework has to do for a feature: which jars to install, at which start levels, with which properties.
 *
 * @param framework the jar of the OSGi framework, or null if the feature names none
 * @param bundles in the order of installation: by start level, then as the feature lists them
 * @param properties the framework launching properties
 */
public record StartPlan(Path framework, List<Bundle> bundles, SortedMap<String, String> properties) {

    /** Bundle metadata of the Feature Launcher specification: the start level, an integer. */
    public static final String START_LEVEL = "bundleStartLevel";

    /** Extension of the Feature Launcher specification: properties of the framework, as JSON. */
    public static final String PROPERTIES = "framework-launching-properties";

    /** Extension of the Feature Launcher specification: the framework itself. */
    public static final String FRAMEWORK = "launch-framework";

    /**
     * The start level of a bundle that is installed and resolved, for its packages, but not started. A bundle can have
     * no such level in a framework, so nothing else can be meant.
     */
    public static final int NOT_STARTED = 0;

    /**
     * One bundle of the plan.
     *
     * @param startLevel 1 and above, or {@link #NOT_STARTED}
     * @param id where it comes from
     * @param jar where it is
     */
    public record Bundle(int startLevel, ID id, Path jar) {}

    /** The plan for one feature, all of whose jars exist. */
    public static StartPlan of(Feature feature, Artifacts artifacts) {
        String name = "feature " + FeatureMerge.nameOf(feature);
        List<Bundle> bundles = feature.getBundles().stream()
                .map(bundle ->
                        new Bundle(startLevel(bundle, name), bundle.getID(), artifacts.jar(bundle.getID(), name)))
                .sorted(Comparator.comparingInt(Bundle::startLevel))
                .toList();
        FeatureExtension framework = feature.getExtensions().get(FRAMEWORK);
        Path frameworkJar = framework == null
                ? null
                : artifacts.jar(framework.getArtifacts().get(0).getID(), name);
        return new StartPlan(frameworkJar, bundles, propertiesOf(feature));
    }

    private static int startLevel(FeatureBundle bundle, String who) {
        if (bundle.getMetadata().get(START_LEVEL) instanceof Long level && level >= NOT_STARTED && level <= 100) {
            return level.intValue();
        }
        throw new FeatureException(who + ": " + bundle.getID() + " needs a " + START_LEVEL + " of 0 to 100");
    }

    private static SortedMap<String, String> propertiesOf(Feature feature) {
        SortedMap<String, String> properties = new TreeMap<>();
        FeatureExtension extension = feature.getExtensions().get(PROPERTIES);
        if (extension != null) {
            for (Map.Entry<String, JsonValue> member :
                    FeatureMerge.parse(extension.getJSON()).entrySet()) {
                if (!member.getKey().startsWith("_")) { // the specification's own marks, such as the version
                    properties.put(member.getKey(), text(member.getValue()));
                }
            }
        }
        return properties;
    }

    private static String text(JsonValue value) {
        return value instanceof JsonString string ? string.getString() : value.toString();
    }
}
