// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.platform.Table;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.dto.BundleDTO;

/** What is live on one screen, and what is not, with what to type next. */
final class StatusScreen {

    private final Snapshot now;
    private final Bundles bundles;
    private final Function<String, List<String>> refused;

    StatusScreen(Snapshot now, Bundles bundles, Function<String, List<String>> refused) {
        this.now = now;
        this.bundles = bundles;
        this.refused = refused;
    }

    /** A thing that is not as it should be. */
    record Problem(String name, String state) {}

    /**
     * @param version of the product
     * @param uptime since the JVM's start
     * @param files names of configurations and jars in the data folder, of which some may have been refused
     */
    String render(String version, Duration uptime, Collection<String> files) {
        List<Problem> problems = problems(files);
        String head = new Table("callgate", version + ", up " + words(uptime) + ", Java " + Runtime.version())
                .row("bundles", bundleCounts())
                .row("services", Integer.toString(now.services().size()))
                .row("configurations", Integer.toString(now.pids().size()))
                .row("resources", resourceCounts())
                .row("problems", problems.isEmpty() ? "none" : Integer.toString(problems.size()))
                .toString();
        if (problems.isEmpty()) {
            return head;
        }
        Table table = new Table("PROBLEM", "NEXT", "STATE");
        problems.forEach(problem -> table.row(problem.name(), "why " + problem.name(), problem.state()));
        return head + "\n\n" + table;
    }

    List<Problem> problems(Collection<String> files) {
        List<Problem> problems = new ArrayList<>();
        now.resources().stream()
                .filter(status -> status.state() != ResourceState.LIVE)
                .map(status -> new Problem(status.name(), resource(status)))
                .forEach(problems::add);
        now.bundles().stream()
                .filter(bundle -> bundles.isProblem(bundle.id))
                .map(bundle -> new Problem(Snapshot.name(bundle), bundle(bundle)))
                .forEach(problems::add);
        now.components().stream()
                .filter(DeclaredComponent::isProblem)
                .map(component -> new Problem(component.name(), component(component)))
                .forEach(problems::add);
        files.stream()
                .flatMap(file -> refused.apply(file).stream().limit(1).map(line -> new Problem(file, line)))
                .forEach(problems::add);
        return problems;
    }

    private static String resource(ResourceStatus status) {
        return lower(status.state()) + (status.reason().isEmpty() ? "" : ": " + status.reason());
    }

    private static String bundle(BundleDTO bundle) {
        return bundle.state == Bundle.INSTALLED ? "not resolved" : "not started";
    }

    private static String component(DeclaredComponent component) {
        return component.configurations().stream()
                        .filter(DeclaredComponent::isProblem)
                        .anyMatch(configuration -> configuration.failure == null)
                ? "waits for a service"
                : "failed when it was activated";
    }

    private String bundleCounts() {
        long active = now.bundles().stream()
                .filter(bundle -> bundle.state == Bundle.ACTIVE)
                .count();
        return active + " active, " + (now.bundles().size() - active) + " not";
    }

    private String resourceCounts() {
        List<String> counts = new ArrayList<>();
        for (ResourceState state : ResourceState.values()) {
            long count = now.resources().stream()
                    .filter(status -> status.state() == state)
                    .count();
            if (count > 0) {
                counts.add(count + " " + lower(state));
            }
        }
        return counts.isEmpty() ? "none configured" : String.join(", ", counts);
    }

    private static String lower(ResourceState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** Two units at most: {@code 3 min 12 s}. */
    static String words(Duration time) {
        if (time.toDays() > 0) {
            return time.toDays() + " d " + time.toHoursPart() + " h";
        }
        if (time.toHours() > 0) {
            return time.toHours() + " h " + time.toMinutesPart() + " min";
        }
        return time.toMinutes() > 0
                ? time.toMinutes() + " min " + time.toSecondsPart() + " s"
                : time.toSeconds() + " s";
    }
}
