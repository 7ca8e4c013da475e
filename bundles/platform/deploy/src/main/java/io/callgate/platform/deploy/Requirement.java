// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;
import org.osgi.framework.Filter;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.resource.Namespace;

/**
 * A mandatory requirement of a bundle, by the one form all of them have: a namespace and a filter.
 *
 * @param filter null if any capability of the namespace will do
 * @param key {@code namespace/value} if the filter names what it wants, else null
 */
record Requirement(String namespace, Filter filter, String key) {

    private static final Pattern VERSION_FLOOR = Pattern.compile("\\((?:bundle-)?version>=([^)]*)\\)");
    private static final Pattern VERSION_CEILING = Pattern.compile("\\(!\\((?:bundle-)?version>=([^)]*)\\)\\)");
    private static final Pattern EXACT_VERSION = Pattern.compile("\\(version=([^)]*)\\)");

    /** @throws IllegalArgumentException if the filter is none */
    static Requirement of(String namespace, String filter) {
        try {
            Filter parsed = filter == null ? null : FrameworkUtil.createFilter(filter);
            return new Requirement(namespace, parsed, key(namespace, filter));
        } catch (InvalidSyntaxException e) {
            throw new IllegalArgumentException("the filter " + filter + " cannot be read");
        }
    }

    /** False for what the framework does not look at when it resolves, and for what may be absent. */
    static boolean counts(Map<String, String> directives) {
        return !Namespace.RESOLUTION_OPTIONAL.equals(directives.get(Constants.RESOLUTION_DIRECTIVE))
                && !"dynamic".equals(directives.get(Constants.RESOLUTION_DIRECTIVE))
                && directives
                        .getOrDefault(Constants.EFFECTIVE_DIRECTIVE, Namespace.EFFECTIVE_RESOLVE)
                        .equals(Namespace.EFFECTIVE_RESOLVE);
    }

    /** What the filter names, as {@link Capability#key()}; null if it is not one thing. */
    static String key(String namespace, String filter) {
        String start = "(" + namespace + "=";
        int from = filter == null ? -1 : filter.indexOf(start);
        // What stands below an "or" or a "not" is not the one thing that is wanted.
        if (from < 0 || filter.contains("(|") || filter.startsWith("(!", from - 2)) {
            return null;
        }
        String name = filter.substring(from + start.length(), filter.indexOf(')', from));
        return name.indexOf('*') >= 0 ? null : Capability.key(namespace, name);
    }

    boolean matches(Capability capability) {
        return namespace.equals(capability.namespace()) && (filter == null || filter.matches(capability.attributes()));
    }

    /** What is wanted, for a person: {@code package io.callgate.gpio [1.0.0,2.0.0)}. */
    String wanted() {
        String name = key == null ? String.valueOf(filter) : key.substring(namespace.length() + 1);
        return switch (namespace) {
            case PackageNamespace.PACKAGE_NAMESPACE -> "package " + name + range();
            case "osgi.wiring.bundle" -> "bundle " + name + range();
            case "osgi.wiring.host" -> "host " + name + range();
            case "osgi.ee" -> "JavaSE".equals(name) ? "Java" + range() : name + range();
            default -> key == null ? "capability " + namespace + " " + name : namespace + " " + name + range();
        };
    }

    private String range() {
        String text = filter.toString();
        Matcher floor = VERSION_FLOOR.matcher(text);
        Matcher ceiling = VERSION_CEILING.matcher(text);
        Matcher exact = EXACT_VERSION.matcher(text);
        if (floor.find()) {
            return ceiling.find() ? " [" + floor.group(1) + "," + ceiling.group(1) + ")" : " " + floor.group(1);
        }
        return exact.find() ? " " + exact.group(1) : "";
    }
}
