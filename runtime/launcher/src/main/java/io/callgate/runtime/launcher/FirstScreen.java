// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * What a person reads when the gateway is up: what is live, and what to type next, in less than ten lines. All of it
 * is read from the service registry: services of ours by mechanism, commands, and the hints ({@value #HINT}*) which
 * features give by framework property and whose command is there. If they are too many, the last one stays: it is the
 * one that leads to all the rest.
 */
final class FirstScreen {

    static final String HINT = "callgate.hint.";

    private static final int MOST_HINTS = 5;
    private static final String OURS = "io.callgate.";
    private static final String SCOPE = "osgi.command.scope";
    private static final String FUNCTION = "osgi.command.function";

    private final StatusFile.Status status;
    private final Duration startup;
    private final Path data;
    private final SortedMap<String, Integer> services = new TreeMap<>();
    private final Set<String> commands = new HashSet<>();

    FirstScreen(BundleContext framework, StatusFile.Status status, Duration startup, Path data) {
        this.status = status;
        this.startup = startup;
        this.data = data;
        for (ServiceReference<?> reference : references(framework)) {
            count(reference);
        }
    }

    private static ServiceReference<?>[] references(BundleContext framework) {
        try {
            ServiceReference<?>[] all = framework.getAllServiceReferences(null, null);
            return all == null ? new ServiceReference<?>[0] : all;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter, no syntax", e);
        }
    }

    private void count(ServiceReference<?> reference) {
        if (reference.getProperty(SCOPE) instanceof String scope) {
            for (String function : strings(reference.getProperty(FUNCTION))) {
                commands.add(scope + ":" + function);
            }
            return;
        }
        for (String type : strings(reference.getProperty(Constants.OBJECTCLASS))) {
            if (type.startsWith(OURS)) {
                String mechanism = type.substring(OURS.length()).split("\\.")[0];
                services.merge(mechanism, 1, Integer::sum);
                return;
            }
        }
    }

    private static List<String> strings(Object property) {
        if (property instanceof String one) {
            return List.of(one);
        }
        return property instanceof String[] many ? List.of(many) : List.of();
    }

    List<String> lines(Map<String, String> properties) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "Callgate %s is live after %.2f s: %d of %d bundles active, Java %s, pid %d",
                status.version(),
                startup.toMillis() / 1000.0,
                status.active(),
                status.total(),
                status.java(),
                status.pid()));
        if (properties.containsKey(SafeMode.REASON)) {
            lines.add("  " + SafeMode.words(properties.get(SafeMode.REASON)));
        }
        if (!services.isEmpty()) {
            StringBuilder line = new StringBuilder("  services ");
            services.forEach((mechanism, count) ->
                    line.append(' ').append(mechanism).append(' ').append(count));
            lines.add(line.toString());
        }
        lines.add("  data      " + data + "  (drop bundles into deploy/, edit configs/)");
        List<String> hints = properties.entrySet().stream()
                .filter(property -> property.getKey().startsWith(HINT))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .filter(this::hasCommand)
                .toList();
        for (int i = 0; i < hints.size(); i++) {
            if (i < MOST_HINTS - 1 || i == hints.size() - 1) {
                lines.add((i == 0 ? "  type      " : "            ") + hints.get(i));
            }
        }
        return lines;
    }

    /** A hint begins with its command, which may leave out the scope, whatever it is. */
    private boolean hasCommand(String hint) {
        String command = hint.split(" ")[0];
        return commands.stream().anyMatch(known -> known.equals(command) || known.endsWith(":" + command));
    }
}
