// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * What TAB offers: commands for the first word; then what the registry knows a command of that kind is about, so that
 * no bundle has to register anything for its commands to complete.
 *
 * <ul>
 *   <li>bundle commands: symbolic names;
 *   <li>{@code config}: the PIDs services are configured by;
 *   <li>{@code scr}: component names;
 *   <li>{@code help}: commands; {@code why}: all of these;
 *   <li>the scope of a mechanism ({@code gpio:set}): the {@code callgate.name} of the services its bundles register.
 * </ul>
 */
final class Completion implements Completer {

    private static final Set<String> OF_BUNDLES = Set.of(
            "start",
            "stop",
            "update",
            "uninstall",
            "headers",
            "refresh",
            "resolve",
            "inspect",
            "bundle",
            "bundlelevel",
            "which");
    private static final String NAME = "callgate.name";
    private static final String COMPONENT = "component.name";
    private static final String SCOPE_PREFIX = "io.callgate.";

    private final BundleContext context;
    private final Help help;

    Completion(BundleContext context, Help help) {
        this.context = context;
        this.help = help;
    }

    @Override
    public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
        if (line.wordIndex() == 0) {
            commands(line.word()).forEach(candidates::add);
            return;
        }
        String resolved = help.resolve(line.words().get(0));
        if (resolved != null) {
            arguments(resolved).distinct().sorted().map(Candidate::new).forEach(candidates::add);
        }
    }

    /** Names without a scope until a colon is typed: both at once would show everything twice. */
    private Stream<Candidate> commands(String word) {
        boolean scoped = word.indexOf(':') >= 0;
        Set<String> offered = new TreeSet<>();
        for (String command : help.commands()) {
            String name = command.substring(command.indexOf(':') + 1);
            // A name that would run another scope's command is offered with its scope only.
            offered.add(!scoped && command.equals(help.resolve(name)) && isCommon(command) ? name : command);
        }
        return offered.stream().map(Candidate::new);
    }

    /** Felix's, the platform's and the shell's commands are known by their bare names; a mechanism's by its scope. */
    private static boolean isCommon(String command) {
        return Stream.of("shell:", "callgate:", "felix:", "gogo:", "context:").anyMatch(command::startsWith);
    }

    private Stream<String> arguments(String command) {
        String scope = command.substring(0, command.indexOf(':'));
        String name = command.substring(command.indexOf(':') + 1);
        if (OF_BUNDLES.contains(name)) {
            return bundles();
        }
        return switch (scope) {
            case "config" -> properties(Constants.SERVICE_PID, reference -> true);
            case "scr" -> properties(COMPONENT, reference -> true);
            case "shell" -> name.equals("help") ? help.commands().stream() : Stream.of();
            default -> name.equals("why") ? everything() : names(scope);
        };
    }

    private Stream<String> everything() {
        return Stream.of(
                        bundles(),
                        properties(NAME, reference -> true),
                        properties(Constants.SERVICE_PID, reference -> true),
                        properties(COMPONENT, reference -> true))
                .flatMap(names -> names);
    }

    private Stream<String> bundles() {
        return Arrays.stream(context.getBundles()).map(Bundle::getSymbolicName).filter(name -> name != null);
    }

    private Stream<String> names(String scope) {
        return properties(NAME, reference -> {
            Bundle bundle = reference.getBundle();
            return bundle != null && String.valueOf(bundle.getSymbolicName()).startsWith(SCOPE_PREFIX + scope);
        });
    }

    private Stream<String> properties(String key, Predicate<ServiceReference<?>> which) {
        ServiceReference<?>[] references;
        try {
            references = context.getAllServiceReferences(null, "(" + key + "=*)");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("the filter is a constant", e);
        }
        return references == null
                ? Stream.of()
                : Arrays.stream(references).filter(which).flatMap(reference -> strings(reference.getProperty(key)));
    }

    private static Stream<String> strings(Object value) {
        return value instanceof String text
                ? Stream.of(text)
                : value instanceof String[] texts
                        ? Arrays.stream(texts)
                        : value instanceof Collection<?> many ? many.stream().map(String::valueOf) : Stream.of();
    }
}
