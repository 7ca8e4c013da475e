// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.features.Artifacts;
import io.callgate.features.Features;
import io.callgate.features.StartPlan;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;

/** Every feature by itself, with those it requires and no more: all resolved, all started, no component left waiting. */
class FeatureIT {

    private static final Path FOLDER = Image.root().resolve("features/target");
    private static final Features FEATURES = Features.read(FOLDER.resolve("classes/features"));
    private static final Artifacts ARTIFACTS = new Artifacts(Image.root(), FOLDER.resolve("repository"));

    private static final int UNSATISFIED_REFERENCE = 2;
    private static final int FAILED_ACTIVATION = 16;

    @TempDir
    Path folder;

    static Stream<String> features() {
        return FEATURES.names().stream();
    }

    @ParameterizedTest
    @MethodSource("features")
    void aFeatureStartsWithNothingMissing(String name) throws Exception {
        StartPlan plan = StartPlan.of(FEATURES.merged(name), ARTIFACTS);
        for (String each : List.of("configs", "deploy")) {
            Files.createDirectories(folder.resolve("data").resolve(each));
        }
        try (InProcess framework = new InProcess(Image.built(), folder, plan.properties())) {
            framework.start(plan.bundles().stream()
                    .filter(bundle -> bundle.startLevel() > StartPlan.NOT_STARTED)
                    .map(StartPlan.Bundle::jar)
                    .toList());

            assertThat(framework.context().getBundles())
                    .filteredOn(bundle -> bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                    .allMatch(bundle -> bundle.getState() == Bundle.ACTIVE, "is active");
            Object runtime = framework.service("org.osgi.service.component.runtime.ServiceComponentRuntime", null);
            List<String> waiting = new ArrayList<>();
            Await.until("every component is satisfied, waiting: " + waiting, Duration.ofSeconds(10), () -> {
                waiting.clear();
                waiting.addAll(unsatisfied(runtime));
                return waiting.isEmpty();
            });
        }
    }

    /** By reflection: the types are those of the framework's class space, not of this test's. */
    private static List<String> unsatisfied(Object runtime) throws ReflectiveOperationException {
        List<String> found = new ArrayList<>();
        Object none = new Bundle[0];
        Collection<?> components = (Collection<?>) runtime.getClass()
                .getMethod("getComponentDescriptionDTOs", Bundle[].class)
                .invoke(runtime, none);
        for (Object component : components) {
            Collection<?> configurations =
                    (Collection<?>) Arrays.stream(runtime.getClass().getMethods())
                            .filter(method -> method.getName().equals("getComponentConfigurationDTOs"))
                            .findFirst()
                            .orElseThrow()
                            .invoke(runtime, component);
            for (Object configuration : configurations) {
                int state = (int) field(configuration, "state");
                if (state == UNSATISFIED_REFERENCE || state == FAILED_ACTIVATION) {
                    found.add(field(component, "name") + " is in state " + state);
                }
            }
        }
        return found;
    }

    private static Object field(Object dto, String name) throws ReflectiveOperationException {
        return dto.getClass().getField(name).get(dto);
    }
}
