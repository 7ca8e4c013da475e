// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/**
 * Who is wired to whom. The framework prefers what is resolved already, so that its wires depend on the order in which
 * bundles came: they would be others after a restart. Here they are made a function of what is there: each wire goes to
 * the highest version that fits, then to the lowest bundle id, and what is optional is wired as soon as it is there.
 */
final class Wirings {

    private static final Comparator<BundleCapability> BEST_FIRST = Comparator.comparing(Wirings::version)
            .reversed()
            .thenComparing(c -> c.getRevision().getBundle().getBundleId());

    private final BundleContext system;

    /** Better wires that the resolver did not take, since they would be inconsistent: asked for once. */
    private final Set<String> inVain = new HashSet<>();

    private final Map<Bundle, Set<String>> wishes = new HashMap<>();

    Wirings(BundleContext system) {
        this.system = system;
    }

    /** Bundles that a refresh would wire better, as far as one end of a wire is one of these. */
    Set<Bundle> improvable(Set<Long> involved) {
        wishes.clear();
        Map<String, List<BundleCapability>> offers = offers();
        for (Bundle bundle : system.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (bundle.getBundleId() == 0) {
                continue;
            }
            if (wiring == null) {
                wishForHost(bundle, involved);
            } else if (!Fleet.isFragment(bundle)) {
                wishForBetter(bundle, wiring, offers, involved);
            }
        }
        wishes.values().forEach(wished -> wished.removeAll(inVain));
        wishes.values().removeIf(Set::isEmpty);
        return new LinkedHashSet<>(wishes.keySet());
    }

    /** What was wished for these has had its chance. */
    void tried(Collection<Bundle> bundles) {
        bundles.forEach(bundle -> inVain.addAll(wishes.getOrDefault(bundle, Set.of())));
    }

    private Map<String, List<BundleCapability>> offers() {
        Map<String, List<BundleCapability>> offers = new HashMap<>();
        for (Bundle bundle : system.getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            if (wiring == null || Fleet.isFragment(bundle)) {
                continue;
            }
            for (String namespace : List.of(PackageNamespace.PACKAGE_NAMESPACE, BundleNamespace.BUNDLE_NAMESPACE)) {
                for (BundleCapability capability : wiring.getCapabilities(namespace)) {
                    offers.computeIfAbsent(key(capability), k -> new ArrayList<>())
                            .add(capability);
                }
            }
        }
        offers.values().forEach(list -> list.sort(BEST_FIRST));
        return offers;
    }

    private void wishForBetter(
            Bundle bundle, BundleWiring wiring, Map<String, List<BundleCapability>> offers, Set<Long> involved) {
        Map<String, BundleCapability> wired = new HashMap<>();
        for (BundleWire wire : wiring.getRequiredWires(null)) {
            wired.put(key(wire.getCapability()), wire.getCapability());
        }
        for (BundleRequirement requirement : requirements(wiring)) {
            String key = Requirement.key(requirement.getNamespace(), filter(requirement));
            List<BundleCapability> there = key == null ? null : offers.get(key);
            BundleCapability now = wired.get(key);
            if (there == null || now == null && !isMissedOption(requirement, wiring, key)) {
                continue;
            }
            there.stream().filter(requirement::matches).findFirst().ifPresent(best -> {
                if (!best.equals(now) && (involves(involved, best) || now != null && involves(involved, now))) {
                    wish(bundle, best);
                }
            });
        }
    }

    private static List<BundleRequirement> requirements(BundleWiring wiring) {
        List<BundleRequirement> all =
                new ArrayList<>(wiring.getRevision().getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE));
        all.addAll(wiring.getRevision().getDeclaredRequirements(BundleNamespace.BUNDLE_NAMESPACE));
        for (BundleWire fragment : wiring.getProvidedWires(HostNamespace.HOST_NAMESPACE)) {
            all.addAll(fragment.getRequirer().getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE));
        }
        return all;
    }

    /** An optional import without a wire, except where the bundle exports that package itself. */
    private static boolean isMissedOption(BundleRequirement requirement, BundleWiring wiring, String key) {
        return Constants.RESOLUTION_OPTIONAL.equals(requirement.getDirectives().get(Constants.RESOLUTION_DIRECTIVE))
                && wiring.getRevision().getDeclaredCapabilities(null).stream()
                        .noneMatch(capability -> key.equals(key(capability)));
    }

    private void wishForHost(Bundle bundle, Set<Long> involved) {
        BundleRevision fragment = bundle.adapt(BundleRevision.class);
        if (fragment == null || !Fleet.isFragment(bundle)) {
            return;
        }
        for (BundleRequirement requirement : fragment.getDeclaredRequirements(HostNamespace.HOST_NAMESPACE)) {
            for (Bundle host : system.getBundles()) {
                BundleWiring wiring = host.adapt(BundleWiring.class);
                if (wiring == null || host.getBundleId() == 0) {
                    continue;
                }
                boolean related = involved.contains(host.getBundleId()) || involved.contains(bundle.getBundleId());
                wiring.getRevision().getDeclaredCapabilities(HostNamespace.HOST_NAMESPACE).stream()
                        .filter(capability -> related && requirement.matches(capability))
                        .forEach(capability -> wish(
                                host, fragment.getDeclaredCapabilities(null).get(0)));
            }
        }
    }

    private void wish(Bundle bundle, BundleCapability capability) {
        Bundle provider = capability.getRevision().getBundle();
        wishes.computeIfAbsent(bundle, b -> new HashSet<>())
                .add(bundle.getBundleId() + "@" + bundle.getLastModified() + " " + key(capability) + " "
                        + provider.getBundleId() + "@" + provider.getLastModified());
    }

    private static boolean involves(Set<Long> involved, BundleCapability capability) {
        return involved.contains(capability.getRevision().getBundle().getBundleId());
    }

    /** A bundle as a unit of the look ahead; of a resolved one only the wires to those that go are in question. */
    Resolvable.Unit unit(Bundle bundle, BundleRevision revision, Set<Bundle> gone) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        List<Requirement> requirements = new ArrayList<>();
        if (wiring == null) {
            for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
                if (Requirement.counts(requirement.getDirectives())) {
                    requirements.add(parsed(requirement));
                }
            }
        } else {
            for (BundleWire wire : wiring.getRequiredWires(null)) {
                if (gone.contains(wire.getProvider().getBundle())
                        && Requirement.counts(wire.getRequirement().getDirectives())) {
                    requirements.add(parsed(wire.getRequirement()));
                }
            }
        }
        List<Capability> capabilities = revision.getDeclaredCapabilities(null).stream()
                .map(c -> new Capability(c.getNamespace(), c.getAttributes()))
                .toList();
        String title = bundle.getSymbolicName() + " " + bundle.getVersion();
        return new Resolvable.Unit(bundle.getBundleId(), title, requirements, capabilities);
    }

    /** True if a class of this name is the bundle's own and nobody else can see it. */
    static boolean isPrivate(Bundle bundle, String className) {
        BundleWiring wiring = bundle.adapt(BundleWiring.class);
        if (wiring == null || bundle.getEntry(className.replace('.', '/') + ".class") == null) {
            return false;
        }
        String packageName = className.substring(0, Math.max(0, className.lastIndexOf('.')));
        return wiring.getCapabilities(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .noneMatch(c -> packageName.equals(c.getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE)));
    }

    private static Requirement parsed(BundleRequirement requirement) {
        return Requirement.of(requirement.getNamespace(), filter(requirement));
    }

    private static String filter(BundleRequirement requirement) {
        return requirement.getDirectives().get(Constants.FILTER_DIRECTIVE);
    }

    private static String key(BundleCapability capability) {
        return Capability.key(
                capability.getNamespace(), capability.getAttributes().get(capability.getNamespace()));
    }

    private static Version version(BundleCapability capability) {
        Object version = capability
                .getAttributes()
                .get(
                        capability.getNamespace().equals(BundleNamespace.BUNDLE_NAMESPACE)
                                ? Constants.BUNDLE_VERSION_ATTRIBUTE
                                : Constants.VERSION_ATTRIBUTE);
        return version instanceof Version v ? v : Version.emptyVersion;
    }
}
