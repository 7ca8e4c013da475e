// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.IdentityNamespace;
import org.osgi.framework.namespace.PackageNamespace;

/** Reads from a manifest what a bundle is, needs and offers, before the framework gets to see it. */
final class BundleManifest {

    private final Attributes headers;
    private final List<Requirement> requirements = new ArrayList<>();
    private final List<Capability> capabilities = new ArrayList<>();

    private BundleManifest(Manifest manifest) {
        this.headers = manifest.getMainAttributes();
    }

    static Content read(Manifest manifest, String hash, Path stored) throws BadJarException {
        try {
            return new BundleManifest(manifest).content(hash, stored);
        } catch (IllegalArgumentException e) {
            throw new BadJarException("has a manifest that cannot be read: " + e.getMessage() + "; build it again");
        }
    }

    private Content content(String hash, Path stored) throws BadJarException {
        String name = symbolicName();
        Version version = Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION));
        List<Clause> host = Clause.parse(headers.getValue(Constants.FRAGMENT_HOST));
        imports();
        requiredBundles();
        requiredCapabilities();
        exports(name, version);
        providedCapabilities();
        capabilities.add(identity(name, version, !host.isEmpty()));
        if (host.isEmpty()) {
            capabilities.add(self(BundleNamespace.BUNDLE_NAMESPACE, name, version));
            capabilities.add(self(HostNamespace.HOST_NAMESPACE, name, version));
        } else {
            host(host.get(0));
        }
        return new Content(
                hash, stored, name, version, !host.isEmpty(), List.copyOf(requirements), List.copyOf(capabilities));
    }

    private String symbolicName() throws BadJarException {
        List<Clause> name = Clause.parse(headers.getValue(Constants.BUNDLE_SYMBOLICNAME));
        if (name.isEmpty() || !"2".equals(headers.getValue(Constants.BUNDLE_MANIFESTVERSION))) {
            throw new BadJarException(
                    "is a plain jar without Bundle-SymbolicName: build it as a bundle (bnd-maven-plugin)");
        }
        return name.get(0).paths().get(0);
    }

    private void host(Clause host) throws BadJarException {
        String name = host.paths().get(0);
        if (name.equals(Constants.SYSTEM_BUNDLE_SYMBOLICNAME) || name.equals("org.apache.felix.framework")) {
            throw new BadJarException(
                    "extends the framework itself, which cannot be done while it runs:" + " put it into the image");
        }
        requirements.add(Requirement.of(
                HostNamespace.HOST_NAMESPACE,
                and(HostNamespace.HOST_NAMESPACE, name, host.attributes(), Constants.BUNDLE_VERSION_ATTRIBUTE)));
    }

    private void imports() {
        for (Clause clause : Clause.parse(headers.getValue(Constants.IMPORT_PACKAGE))) {
            if (!Requirement.counts(clause.directives())) {
                continue;
            }
            for (String name : clause.paths()) {
                String ns = PackageNamespace.PACKAGE_NAMESPACE;
                String[] ranges = {Constants.VERSION_ATTRIBUTE, Constants.BUNDLE_VERSION_ATTRIBUTE};
                requirements.add(Requirement.of(ns, and(ns, name, clause.attributes(), ranges)));
            }
        }
    }

    private void requiredBundles() {
        for (Clause clause : Clause.parse(headers.getValue(Constants.REQUIRE_BUNDLE))) {
            if (!Requirement.counts(clause.directives())) {
                continue;
            }
            for (String name : clause.paths()) {
                String ns = BundleNamespace.BUNDLE_NAMESPACE;
                requirements.add(
                        Requirement.of(ns, and(ns, name, clause.attributes(), Constants.BUNDLE_VERSION_ATTRIBUTE)));
            }
        }
    }

    private void requiredCapabilities() {
        for (Clause clause : Clause.parse(headers.getValue(Constants.REQUIRE_CAPABILITY))) {
            if (!Requirement.counts(clause.directives())) {
                continue;
            }
            for (String namespace : clause.paths()) {
                requirements.add(Requirement.of(namespace, clause.directives().get(Constants.FILTER_DIRECTIVE)));
            }
        }
    }

    private void exports(String symbolicName, Version bundleVersion) {
        for (Clause clause : Clause.parse(headers.getValue(Constants.EXPORT_PACKAGE))) {
            for (String name : clause.paths()) {
                Map<String, Object> attributes = new LinkedHashMap<>(clause.attributes());
                Object version = attributes.get(Constants.VERSION_ATTRIBUTE);
                attributes.put(PackageNamespace.PACKAGE_NAMESPACE, name);
                attributes.put(
                        Constants.VERSION_ATTRIBUTE, Version.parseVersion(version == null ? null : version.toString()));
                attributes.put(Constants.BUNDLE_SYMBOLICNAME_ATTRIBUTE, symbolicName);
                attributes.put(Constants.BUNDLE_VERSION_ATTRIBUTE, bundleVersion);
                capabilities.add(new Capability(PackageNamespace.PACKAGE_NAMESPACE, attributes));
            }
        }
    }

    private void providedCapabilities() {
        for (Clause clause : Clause.parse(headers.getValue(Constants.PROVIDE_CAPABILITY))) {
            for (String namespace : clause.paths()) {
                capabilities.add(new Capability(namespace, clause.attributes()));
            }
        }
    }

    private static Capability identity(String name, Version version, boolean fragment) {
        String ns = IdentityNamespace.IDENTITY_NAMESPACE;
        String type = fragment ? IdentityNamespace.TYPE_FRAGMENT : IdentityNamespace.TYPE_BUNDLE;
        return new Capability(ns, Map.of(ns, name, Constants.VERSION_ATTRIBUTE, version, "type", type));
    }

    private static Capability self(String namespace, String name, Version version) {
        return new Capability(namespace, Map.of(namespace, name, Constants.BUNDLE_VERSION_ATTRIBUTE, version));
    }

    /** A filter for the name and all attributes, those that are version ranges as ranges. */
    private static String and(String namespace, String name, Map<String, Object> attributes, String... ranges) {
        StringBuilder filter = new StringBuilder("(&(")
                .append(namespace)
                .append('=')
                .append(name)
                .append(')');
        attributes.forEach((key, value) -> {
            if (List.of(ranges).contains(key)) {
                filter.append(new VersionRange(value.toString()).toFilterString(key));
            } else {
                filter.append('(')
                        .append(key)
                        .append('=')
                        .append(escaped(value.toString()))
                        .append(')');
            }
        });
        return filter.append(')').toString();
    }

    private static String escaped(String value) {
        return value.replaceAll("([\\\\()*])", "\\\\$1");
    }
}
