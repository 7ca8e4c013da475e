// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.platform.Table;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/** What is live on one screen, and what is not, with what to type next. */
final class StatusScreen {

    private static final int COLUMNS = 100;
    private static final int LEAST_STATE = 30;

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
        int width =
                problems.stream().mapToInt(problem -> problem.name().length()).reduce("PROBLEM".length(), Math::max);
        int room = Math.max(LEAST_STATE, COLUMNS - width - "  ".length());
        Table table = new Table("PROBLEM", "STATE");
        problems.forEach(problem -> table.row(problem.name(), shortened(problem.state(), room)));
        return head + "\n\n" + table + "\nwhy NAME says more";
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
        List<Problem> refusals = files.stream()
                .flatMap(file ->
                        refused.apply(file).stream().limit(1).map(line -> new Problem(file, without(file, line))))
                .toList();
        Set<String> waiting = new HashSet<>();
        now.resources().stream()
                .filter(status -> status.state() != ResourceState.LIVE)
                .forEach(status -> waiting.add(status.pid()));
        Set<String> refusedPids =
                refusals.stream().map(problem -> pid(problem.name())).collect(Collectors.toSet());
        now.components().stream()
                .filter(component -> component.enabled()
                        && component.configurations().stream()
                                .anyMatch(
                                        one -> DeclaredComponent.isProblem(one) && !isTold(one, waiting, refusedPids)))
                .map(component -> new Problem(component.name(), component(component)))
                .forEach(problems::add);
        problems.addAll(refusals);
        return problems;
    }

    /** Whether the resource says the same already, or, if it failed, the file that it is configured by. */
    private static boolean isTold(ComponentConfigurationDTO component, Set<String> waiting, Set<String> refusedPids) {
        boolean failed = component.state == ComponentConfigurationDTO.FAILED_ACTIVATION;
        return Snapshot.values(component.properties.get("service.pid")).stream()
                .anyMatch(pid -> waiting.contains(pid) || failed && refusedPids.contains(pid));
    }

    private static String pid(String file) {
        return file.endsWith(".json") ? file.substring(0, file.length() - ".json".length()) : file;
    }

    /** A line that begins with the name it is about, without that. */
    private static String without(String name, String line) {
        for (String start : List.of(name + ": ", pid(name) + ": ")) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        return line;
    }

    private static String shortened(String state, int room) {
        String line = state.replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= room ? line : line.substring(0, room - "...".length()) + "...";
    }

    private static String resource(ResourceStatus status) {
        return lower(status.state()) + (status.reason().isEmpty() ? "" : ": " + without(status.pid(), status.reason()));
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
                .filter(bundle -> bundle.id != 0 && bundle.state == Bundle.ACTIVE)
                .count();
        long all = now.bundles().stream().filter(bundle -> bundle.id != 0).count();
        return active + " of " + all + " active";
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
