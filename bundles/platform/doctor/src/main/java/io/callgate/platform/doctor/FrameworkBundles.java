// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Reads why bundles are not active from their revisions and start settings; never resolves or starts one to see. */
final class FrameworkBundles implements Bundles {

    private static final Pattern AT_LEAST = Pattern.compile("(?<!\\(!\\()version>=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");
    private static final String DROP = "; drop one that does into deploy/";

    private final BundleContext system;

    FrameworkBundles(BundleContext anyContext) {
        this.system = anyContext.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
    }

    @Override
    public String whyNotActive(long id) {
        Bundle bundle = system.getBundle(id);
        return bundle == null ? "is uninstalled" : whyNotActive(bundle, new HashSet<>());
    }

    private String whyNotActive(Bundle bundle, Set<Bundle> asked) {
        asked.add(bundle);
        return switch (bundle.getState()) {
            case Bundle.UNINSTALLED -> "is uninstalled";
            case Bundle.INSTALLED -> whyNotResolved(bundle, asked);
            case Bundle.RESOLVED -> isFragment(bundle) ? "is a fragment of " + hosts(bundle) : whyNotStarted(bundle);
            case Bundle.STARTING ->
                isLazy(bundle)
                        ? "starts when its first class is loaded"
                        : "is starting: its activator has not returned yet";
            case Bundle.STOPPING -> "is stopping: its activator has not returned yet";
            default -> "is active";
        };
    }

    @Override
    public boolean isProblem(long id) {
        Bundle bundle = system.getBundle(id);
        return switch (bundle == null ? Bundle.UNINSTALLED : bundle.getState()) {
            case Bundle.INSTALLED -> true;
            case Bundle.RESOLVED -> !isFragment(bundle) && level(bundle).isPersistentlyStarted();
            default -> false;
        };
    }

    private String whyNotStarted(Bundle bundle) {
        return tooLate(bundle)
                .orElseGet(() -> level(bundle).isPersistentlyStarted()
                        ? "is not started: it failed, or was stopped for the moment; type start " + bundle.getBundleId()
                                + " to try, the log says more"
                        : "is not started: type start " + bundle.getBundleId());
    }

    private Optional<String> tooLate(Bundle bundle) {
        int level = level(bundle).getStartLevel();
        int reached = system.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
        return level > reached
                ? Optional.of("is not started: its start level is " + level + ", the framework's is " + reached)
                : Optional.empty();
    }

    private String whyNotResolved(Bundle bundle, Set<Bundle> asked) {
        for (BundleRequirement requirement : bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            if (isMandatory(requirement)) {
                Optional<String> missing = whyMissing(requirement, bundle, asked);
                if (missing.isPresent()) {
                    return "is not resolved: " + missing.get();
                }
            }
        }
        String start = "start " + bundle.getBundleId();
        return tooLate(bundle)
                .orElseGet(() -> level(bundle).isPersistentlyStarted()
                        ? "is not resolved, though everything it needs is there: what it imports contradicts itself; "
                                + start + " says how"
                        : "is not resolved yet, nothing is missing: type " + start);
    }

    /** Why nothing satisfies a requirement; empty if something does. */
    private Optional<String> whyMissing(BundleRequirement requirement, Bundle bundle, Set<Bundle> asked) {
        Collection<BundleCapability> providers =
                system.getBundle().adapt(FrameworkWiring.class).findProviders(requirement);
        String need = need(requirement);
        if (providers.isEmpty()) {
            return Optional.of("it needs " + need + ", which " + nobody(requirement));
        }
        List<Bundle> unresolved = providers.stream()
                .map(capability -> capability.getRevision().getBundle())
                .toList();
        boolean usable = unresolved.stream()
                .anyMatch(provider -> provider.getState() != Bundle.INSTALLED || asked.contains(provider));
        if (usable) {
            return Optional.empty();
        }
        Bundle provider = unresolved.get(0);
        String why = whyNotActive(provider, asked);
        return why.startsWith("is not resolved: ")
                ? Optional.of("it needs " + need + " of " + provider.getSymbolicName() + ", which " + why)
                : Optional.empty();
    }

    private String nobody(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        if (ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE.equals(namespace)) {
            return "this is not: it is Java " + Runtime.version().feature();
        }
        String nobody =
                PackageNamespace.PACKAGE_NAMESPACE.equals(namespace) ? "no bundle exports" : "no bundle provides";
        String others = others(requirement);
        return others.isEmpty() ? nobody + DROP : nobody + " (there is " + others + ")" + DROP;
    }

    /** The same thing in versions that do not match. */
    private String others(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        String versionKey = BundleNamespace.BUNDLE_NAMESPACE.equals(namespace)
                ? Constants.BUNDLE_VERSION_ATTRIBUTE
                : Constants.VERSION_ATTRIBUTE;
        String name = name(requirement);
        return String.join(
                ", ",
                Arrays.stream(system.getBundles())
                        .flatMap(bundle ->
                                bundle.adapt(BundleRevision.class).getDeclaredCapabilities(namespace).stream())
                        .filter(capability ->
                                name.equals(capability.getAttributes().get(namespace)))
                        .map(capability -> capability.getAttributes().get(versionKey) + " of "
                                + capability.getRevision().getBundle().getSymbolicName())
                        .toList());
    }

    private static String need(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        String filter = filter(requirement);
        String kind =
                switch (namespace) {
                    case PackageNamespace.PACKAGE_NAMESPACE -> "package ";
                    case BundleNamespace.BUNDLE_NAMESPACE -> "bundle ";
                    case HostNamespace.HOST_NAMESPACE -> "host bundle ";
                    default -> "";
                };
        if (kind.isEmpty()) {
            return namespace + " " + filter;
        }
        return kind + name(requirement) + versions(filter.replace("bundle-version>=", "version>="));
    }

    private static String versions(String filter) {
        Matcher below = BELOW.matcher(filter);
        Matcher atLeast = AT_LEAST.matcher(filter);
        return (atLeast.find() ? " " + atLeast.group(1) + " or newer" : "")
                + (below.find() ? " below " + below.group(1) : "");
    }

    private static String name(BundleRequirement requirement) {
        String namespace = requirement.getNamespace();
        Matcher matcher =
                Pattern.compile(Pattern.quote(namespace) + "=([^)]+)\\)").matcher(filter(requirement));
        return matcher.find() ? matcher.group(1) : filter(requirement);
    }

    private static String filter(BundleRequirement requirement) {
        return requirement.getDirectives().getOrDefault(Namespace.REQUIREMENT_FILTER_DIRECTIVE, "");
    }

    private static boolean isMandatory(BundleRequirement requirement) {
        String effective = requirement
                .getDirectives()
                .getOrDefault(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE);
        String resolution = requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE);
        return Namespace.EFFECTIVE_RESOLVE.equals(effective)
                && !Namespace.RESOLUTION_OPTIONAL.equals(resolution)
                && !PackageNamespace.RESOLUTION_DYNAMIC.equals(resolution);
    }

    @Override
    public List<Long> wouldBring(String name) {
        return Arrays.stream(system.getBundles())
                .filter(bundle -> bundle.getState() != Bundle.ACTIVE)
                .filter(bundle -> declares(bundle, name) || offers(bundle, name))
                .map(Bundle::getBundleId)
                .toList();
    }

    /** A needs file that cannot be read names none here: the doctor's own table says what is wrong with it. */
    @Override
    public List<Long> ofMechanism(String name) {
        return NeedsOfBundles.mechanisms(system.getBundles()).entrySet().stream()
                .filter(entry -> entry.getValue().equals(name))
                .map(entry -> entry.getKey().getBundleId())
                .toList();
    }

    private static boolean offers(Bundle bundle, String type) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null
                && revision.getDeclaredCapabilities("osgi.service").stream().anyMatch(capability -> Snapshot.values(
                                capability.getAttributes().get("objectClass"))
                        .contains(type));
    }

    /** Whether a component of a bundle that is not started has this name, PID or service interface. */
    private static boolean declares(Bundle bundle, String name) {
        String header = bundle.getHeaders("").get("Service-Component");
        if (header == null) {
            return false;
        }
        return Arrays.stream(header.split(",")).map(String::strip).anyMatch(entry -> descriptions(bundle, entry)
                .contains("\"" + name + "\""));
    }

    private static String descriptions(Bundle bundle, String entry) {
        int slash = entry.lastIndexOf('/');
        String folder = slash < 0 ? "/" : entry.substring(0, slash);
        // Not Bundle.findEntries: that would try to resolve the bundle.
        Enumeration<String> paths = bundle.getEntryPaths(folder);
        StringBuilder all = new StringBuilder();
        while (paths != null && paths.hasMoreElements()) {
            String path = paths.nextElement();
            if (matches(path.substring(path.lastIndexOf('/') + 1), entry.substring(slash + 1))) {
                all.append(text(bundle.getEntry(path)));
            }
        }
        return all.toString();
    }

    private static boolean matches(String file, String pattern) {
        return Pattern.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), file);
    }

    private static String text(URL url) {
        try (InputStream in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(url + " cannot be read", e);
        }
    }

    private static BundleStartLevel level(Bundle bundle) {
        return bundle.adapt(BundleStartLevel.class);
    }

    private static boolean isLazy(Bundle bundle) {
        return level(bundle).isActivationPolicyUsed();
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    private static String hosts(Bundle fragment) {
        BundleWiring wiring = fragment.adapt(BundleWiring.class);
        List<String> hosts = wiring.getRequiredWires(HostNamespace.HOST_NAMESPACE).stream()
                .map(BundleWire::getProvider)
                .map(BundleRevision::getSymbolicName)
                .toList();
        return String.join(", ", hosts);
    }
}
