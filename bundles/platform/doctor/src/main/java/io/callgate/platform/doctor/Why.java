// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.platform.Nearest;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.dto.BundleDTO;
import org.osgi.framework.dto.ServiceReferenceDTO;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;

/**
 * Answers {@code why NAME} in one line, from one snapshot.
 *
 * <p>A name is tried as a resource, a named service, a configuration, a component, a bundle and a service interface, in
 * this order, and the first of them that it is answers; what the configuration or deploy refused of it is added. An
 * absent service is followed to what should bring it, and that to what it lacks, until something is found that a person
 * can mend.
 */
final class Why {

    private static final String PID = "service.pid";
    private static final int NAMED_AT_MOST = 3;

    private final Snapshot now;
    private final Bundles bundles;
    private final Function<String, List<String>> refused;
    private final Function<String, List<String>> known;
    private final LongFunction<String> since;

    /**
     * @param refused what other bundles have refused of a name, a line each
     * @param known what other bundles know of a name that is as it should be, a line each
     * @param since how long a service is registered, in words
     */
    Why(
            Snapshot now,
            Bundles bundles,
            Function<String, List<String>> refused,
            Function<String, List<String>> known,
            LongFunction<String> since) {
        this.now = now;
        this.bundles = bundles;
        this.refused = refused;
        this.known = known;
        this.since = since;
    }

    /** The answer; throws IllegalArgumentException, with the nearest names, for a name that nothing has. */
    String answer(String name) {
        Optional<String> state = state(name, new LinkedHashSet<>());
        List<String> refusals = refusals(name);
        if (state.isEmpty() && refusals.isEmpty()) {
            return oneLine(command(name)
                    .or(() -> mechanism(name))
                    .or(() -> known.apply(name).stream().findFirst())
                    .orElseThrow(() -> new IllegalArgumentException(oneLine(unknown(name)))));
        }
        List<String> parts = new ArrayList<>();
        state.ifPresent(clause -> parts.add(name + " " + clause));
        refusals.stream()
                .filter(line -> state.stream().noneMatch(clause -> clause.contains(line)))
                .forEach(parts::add);
        return oneLine(String.join("; ", parts));
    }

    private List<String> refusals(String name) {
        Set<String> asked = new LinkedHashSet<>(List.of(name));
        now.pids().stream().filter(pid -> isNamed(pid, name)).forEach(asked::add);
        bundle(name).map(Snapshot::name).ifPresent(asked::add);
        return asked.stream()
                .flatMap(one -> refused.apply(one).stream())
                .distinct()
                .toList();
    }

    private String unknown(String name) {
        Set<String> names = now.names();
        names.addAll(now.commands());
        return name + " is not known here: no service, configuration, component, bundle or resource has this name"
                + Nearest.meant(name, names);
    }

    /** The state of what has this name, as the rest of a sentence; empty if nothing has it. */
    private Optional<String> state(String name, Set<String> path) {
        return resource(name)
                .or(() -> live(now.servicesNamed(name)))
                .or(() -> configured(name, path))
                .or(() -> component(name, path))
                .or(() -> bundle(name).map(bundle -> bundle(bundle, path)))
                .or(() -> service(name, path));
    }

    // Resources

    private Optional<String> resource(String name) {
        List<String> clauses = now.resources().stream()
                .filter(status -> status.name().equals(name) || status.pid().equals(name))
                .map(this::resource)
                .toList();
        return clauses.isEmpty() ? Optional.empty() : Optional.of(String.join("; and also ", clauses));
    }

    private String resource(ResourceStatus status) {
        String since = " since " + Since.format(status.since());
        if (status.state() == ResourceState.LIVE) {
            List<ServiceReferenceDTO> services = now.servicesNamed(status.name()).stream()
                    .filter(service -> isOf(service, status.pid()))
                    .toList();
            return services.isEmpty() ? "is live" + since : "is live: " + registered(services.get(0), since);
        }
        String reason = status.reason().isEmpty() ? "it does not say why" : status.reason();
        return "is " + status.state().name().toLowerCase(Locale.ROOT) + since + ": " + reason;
    }

    private static boolean isOf(ServiceReferenceDTO service, String pid) {
        List<String> pids = Snapshot.values(service.properties.get(ResourceStatus.PID));
        return pids.isEmpty() || pids.contains(pid);
    }

    // Services

    private Optional<String> live(List<ServiceReferenceDTO> services) {
        if (services.isEmpty()) {
            return Optional.empty();
        }
        ServiceReferenceDTO first = services.get(0);
        String more = services.size() == 1 ? "" : " (the first of " + services.size() + ")";
        return Optional.of("is live" + more + ": " + registered(first, " " + since.apply(first.id)));
    }

    private String registered(ServiceReferenceDTO service, String since) {
        List<String> users =
                Arrays.stream(service.usingBundles).mapToObj(now::bundleName).toList();
        return "registered by " + now.bundleName(service.bundle) + since + ", used by "
                + (users.isEmpty() ? "nobody" : String.join(", ", users));
    }

    private Optional<String> service(String name, Set<String> path) {
        Set<String> types = new TreeSet<>();
        now.services().forEach(service -> types.addAll(Snapshot.types(service)));
        now.components().forEach(component -> types.addAll(List.of(component.description().serviceInterfaces)));
        List<String> meant = types.stream()
                .filter(type -> type.equals(name) || type.endsWith("." + name))
                .toList();
        for (String type : meant) {
            Optional<String> live = live(now.servicesOf(type));
            if (live.isPresent()) {
                return live;
            }
        }
        String type = meant.isEmpty() ? name : meant.get(0);
        return bringers(type, path).map(bringer -> "is not registered; " + bringer);
    }

    /** What should bring a service, component or configuration's user, and why it does not; empty if nothing would. */
    private Optional<String> bringers(String type, Set<String> path) {
        Optional<DeclaredComponent> component = now.components().stream()
                .filter(one -> one.offers(type) || one.name().equals(type))
                .findFirst();
        if (component.isPresent()) {
            return Optional.of(component.get().name() + " " + component(component.get(), path));
        }
        return bundles.wouldBring(type).stream()
                .findFirst()
                .map(id -> now.bundleName(id) + " " + bundles.whyNotActive(id));
    }

    // Configurations

    /** A configuration by its PID, or by the NAME of {@code PID~NAME}. */
    private Optional<String> configured(String name, Set<String> path) {
        return now.pids().stream().filter(pid -> isNamed(pid, name)).findFirst().map(pid -> configuration(pid, path));
    }

    private static boolean isNamed(String pid, String name) {
        return pid.equals(name) || pid.endsWith("~" + name);
    }

    private String configuration(String pid, Set<String> path) {
        String listenedTo = pid.contains("~") ? pid.substring(0, pid.indexOf('~')) : pid;
        for (DeclaredComponent component : now.components()) {
            Optional<ComponentConfigurationDTO> own = component.configurations().stream()
                    .filter(configuration ->
                            Snapshot.values(configuration.properties.get(PID)).contains(pid))
                    .findFirst();
            if (own.isPresent()) {
                return component.enabled() ? configuration(component, own.get(), path) : disabled(component);
            }
        }
        Optional<DeclaredComponent> user = now.components().stream()
                .filter(component -> component.isConfiguredBy(listenedTo))
                .findFirst();
        if (user.isPresent()) {
            return "is configured, but " + user.get().name() + " " + component(user.get(), path);
        }
        Optional<String> wouldUse = bundles.wouldBring(listenedTo).stream()
                .findFirst()
                .map(id -> "is configured (" + pid + "), but " + now.bundleName(id) + " " + bundles.whyNotActive(id));
        return wouldUse.orElseGet(() -> "is configured (" + pid + "), but nothing here is configured by " + listenedTo
                + nearestPid(listenedTo));
    }

    private String nearestPid(String pid) {
        Set<String> known = now.components().stream()
                .flatMap(component -> Arrays.stream(component.description().configurationPid))
                .collect(Collectors.toCollection(TreeSet::new));
        return Nearest.meant(pid, known);
    }

    // Components

    private Optional<String> component(String name, Set<String> path) {
        return now.components().stream()
                .filter(component -> component.name().equals(name) || component.isConfiguredBy(name))
                .findFirst()
                .map(component -> component(component, path));
    }

    private String component(DeclaredComponent component, Set<String> path) {
        if (!component.enabled()) {
            return disabled(component);
        }
        List<ComponentConfigurationDTO> all = component.configurations().stream()
                .filter(configuration -> configuration.state != ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION)
                .toList();
        if (all.isEmpty()) {
            return missingConfiguration(component);
        }
        ComponentConfigurationDTO shown =
                all.stream().filter(DeclaredComponent::isProblem).findFirst().orElse(all.get(0));
        String more = all.size() == 1 ? "" : " (one of " + all.size() + " configurations)";
        return configuration(component, shown, path) + more;
    }

    private static String disabled(DeclaredComponent component) {
        return "is disabled: type scr:enable " + component.name();
    }

    /** Whoever refused the configuration knows better than that it is missing. */
    private String missingConfiguration(DeclaredComponent component) {
        String pid = component.description().configurationPid[0];
        return "misses its configuration: "
                + refused.apply(pid).stream()
                        .findFirst()
                        .orElse(pid + " is not there; config:set " + pid + " KEY=VALUE makes it (" + pid
                                + "~NAME for one of many)");
    }

    private String configuration(
            DeclaredComponent component, ComponentConfigurationDTO configuration, Set<String> path) {
        return switch (configuration.state) {
            case ComponentConfigurationDTO.UNSATISFIED_CONFIGURATION -> missingConfiguration(component);
            case ComponentConfigurationDTO.UNSATISFIED_REFERENCE -> unsatisfied(component, configuration, path);
            case ComponentConfigurationDTO.FAILED_ACTIVATION ->
                "failed when it was activated: " + cause(configuration.failure);
            default -> active(component, configuration);
        };
    }

    private String active(DeclaredComponent component, ComponentConfigurationDTO configuration) {
        ServiceReferenceDTO service = configuration.service;
        return service == null
                ? "is live: active in " + now.bundleName(component.description().bundle.id)
                : "is live: " + registered(service, " " + since.apply(service.id));
    }

    /** The innermost cause that a stack trace as text names. */
    private static String cause(String failure) {
        String causedBy = "Caused by: ";
        return String.valueOf(failure)
                .lines()
                .filter(line -> line.startsWith(causedBy))
                .reduce((first, second) -> second)
                .map(line -> line.substring(causedBy.length()))
                .orElse(String.valueOf(failure).lines().findFirst().orElse("the log says more"));
    }

    private String unsatisfied(DeclaredComponent component, ComponentConfigurationDTO configuration, Set<String> path) {
        if (!path.add(component.name())) {
            return "waits for itself, in a circle: " + String.join(" -> ", path);
        }
        List<String> waits = Arrays.stream(configuration.unsatisfiedReferences)
                .map(unsatisfied -> {
                    String type = Arrays.stream(component.description().references)
                            .filter(reference -> reference.name.equals(unsatisfied.name))
                            .map(reference -> reference.interfaceName)
                            .findFirst()
                            .orElse(unsatisfied.name);
                    return absent(type, unsatisfied.target, path);
                })
                .toList();
        path.remove(component.name());
        return "waits for " + String.join("; and for ", waits);
    }

    // Why a service is absent

    private String absent(String type, String target, Set<String> path) {
        String wanted = target == null ? type : type + " with " + target;
        Optional<String> name = wantedName(target);
        Optional<String> named = name.flatMap(
                one -> ofAnotherKind(one, type).or(() -> state(one, path).map(clause -> one + " " + clause)));
        if (named.isPresent()) {
            return wanted + ": " + named.get();
        }
        Optional<String> refusal =
                name.flatMap(one -> refused.apply(one).stream().findFirst());
        if (refusal.isPresent()) {
            return wanted + ": " + refusal.get();
        }
        List<ServiceReferenceDTO> others = now.servicesOf(type);
        if (others.isEmpty()) {
            return wanted + ": "
                    + bringers(type, path)
                            .or(() -> name.map(one -> "no configuration is named " + one + nearest(one)))
                            .orElse("no bundle that is installed offers it; drop one that does into deploy/");
        }
        long matching =
                others.stream().filter(service -> matches(target, service)).count();
        return matching == 0
                ? wanted + ": of the " + others.size() + " there, none matches" + names(others)
                : wanted + ": only " + matching + " of it, more are wanted";
    }

    /** A service has the wanted name, but not the wanted type. */
    private Optional<String> ofAnotherKind(String name, String type) {
        List<ServiceReferenceDTO> named = now.servicesNamed(name);
        List<String> types = named.stream()
                .flatMap(service -> Snapshot.types(service).stream())
                .distinct()
                .toList();
        return named.isEmpty() || types.contains(type)
                ? Optional.empty()
                : Optional.of(name + " is there, but as " + String.join(", ", types));
    }

    private String nearest(String name) {
        return Nearest.meant(name, now.names());
    }

    private static String names(Collection<ServiceReferenceDTO> services) {
        List<String> names = services.stream()
                .flatMap(service -> Snapshot.values(service.properties.get(ResourceStatus.NAME)).stream())
                .sorted()
                .toList();
        String more = names.size() > NAMED_AT_MOST ? ", ..." : "";
        return names.isEmpty()
                ? ""
                : " (there is " + String.join(", ", names.subList(0, Math.min(NAMED_AT_MOST, names.size()))) + more
                        + ")";
    }

    /** The NAME of a target filter {@code (callgate.name=NAME)}. */
    private static Optional<String> wantedName(String target) {
        if (target == null) {
            return Optional.empty();
        }
        String key = "(" + ResourceStatus.NAME + "=";
        int start = target.indexOf(key);
        int end = target.indexOf(')', start);
        return start < 0 || end < 0 ? Optional.empty() : Optional.of(target.substring(start + key.length(), end));
    }

    private static boolean matches(String target, ServiceReferenceDTO service) {
        if (target == null) {
            return true;
        }
        try {
            return FrameworkUtil.createFilter(target).matches(service.properties);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("a component was declared with the target " + target, e);
        }
    }

    // Bundles

    private Optional<BundleDTO> bundle(String name) {
        return now.bundles().stream()
                .filter(bundle -> name.equals(bundle.symbolicName) || name.equals(Long.toString(bundle.id)))
                .findFirst();
    }

    private String bundle(BundleDTO bundle, Set<String> path) {
        if (bundle.state != Bundle.ACTIVE) {
            return bundles.whyNotActive(bundle.id);
        }
        Optional<DeclaredComponent> problem = now.components().stream()
                .filter(component -> component.description().bundle.id == bundle.id)
                .filter(DeclaredComponent::isProblem)
                .findFirst();
        if (problem.isPresent()) {
            return "is active, but its component " + problem.get().name() + " " + component(problem.get(), path);
        }
        List<ServiceReferenceDTO> own = now.services().stream()
                .filter(service -> service.bundle == bundle.id)
                .toList();
        Set<String> users = own.stream()
                .flatMap(service -> Arrays.stream(service.usingBundles).mapToObj(now::bundleName))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return "is live: version " + bundle.version + ", " + own.size() + (own.size() == 1 ? " service" : " services")
                + ", used by "
                + (users.isEmpty() ? "nobody" : String.join(", ", users));
    }

    // A person's first guess

    /** A command SCOPE:NAME, by who offers it or should. */
    private Optional<String> command(String name) {
        Optional<String> live = now.services().stream()
                .filter(service -> Snapshot.offersCommand(service.properties, name))
                .findFirst()
                .map(service -> name + " is a command of " + now.bundleName(service.bundle) + ", live "
                        + since.apply(service.id));
        return live.or(() -> now.components().stream()
                .filter(component -> Snapshot.offersCommand(component.description().properties, name))
                .findFirst()
                .map(component -> name + " is not there: " + component.name() + " "
                        + component(component, new LinkedHashSet<>())));
    }

    /** A mechanism, or a bundle by the last part of its name, by its bundles. */
    private Optional<String> mechanism(String name) {
        Set<Long> said = Set.copyOf(bundles.ofMechanism(name));
        List<BundleDTO> meant = now.bundles().stream()
                .filter(bundle -> said.contains(bundle.id) || isCalled(bundle, name))
                .toList();
        if (meant.isEmpty()) {
            return Optional.empty();
        }
        if (meant.size() == 1) {
            BundleDTO only = meant.get(0);
            return Optional.of(
                    name + " is " + now.bundleName(only.id) + ", which " + bundle(only, new LinkedHashSet<>()));
        }
        List<String> problems = meant.stream()
                .filter(bundle -> bundle.state != Bundle.ACTIVE || hasProblem(bundle))
                .map(bundle -> now.bundleName(bundle.id) + " " + bundle(bundle, new LinkedHashSet<>()))
                .toList();
        if (!problems.isEmpty()) {
            return Optional.of(name + ": " + String.join("; ", problems));
        }
        return Optional.of(name + " is live: "
                + meant.stream()
                        .map(bundle -> now.bundleName(bundle.id) + " " + bundle.version)
                        .collect(Collectors.joining(", ")));
    }

    /** Whether the symbolic name ends so, or the folder of its last part is called so; hyphens do not count. */
    private static boolean isCalled(BundleDTO bundle, String name) {
        String symbolicName = "." + Snapshot.name(bundle).replace("-", "");
        String end = "." + name.replace("-", "");
        String folder = symbolicName.substring(0, symbolicName.lastIndexOf('.'));
        return end.length() > 1 && (symbolicName.endsWith(end) || folder.endsWith(end));
    }

    private boolean hasProblem(BundleDTO bundle) {
        return now.components().stream()
                .anyMatch(component -> component.description().bundle.id == bundle.id && component.isProblem());
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }
}
