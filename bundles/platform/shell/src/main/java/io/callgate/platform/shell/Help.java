// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.felix.gogo.runtime.CommandProxy;
import org.apache.felix.gogo.runtime.CommandSessionImpl;
import org.apache.felix.gogo.runtime.Reflective;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Parameter;

/** Reads what a command's methods say of themselves: {@link Descriptor} and {@link Parameter}. */
final class Help {

    private final CommandSession session;

    Help(CommandSession session) {
        this.session = session;
    }

    /**
     * scope:name of every command; names that begin with an underscore are for scripts, and Gogo goes on to list those
     * whose bundle has stopped.
     */
    @SuppressWarnings("unchecked") // Gogo's session has no typed access to it
    Set<String> commands() {
        Set<String> commands = (Set<String>) session.get(CommandSessionImpl.COMMANDS);
        return commands.stream()
                .filter(name -> !name.contains(":_") && session.get(name) instanceof Function)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The full name of a command given with or without its scope, in the order in which the shell looks; or null. */
    String resolve(String name) {
        Set<String> commands = commands();
        if (name.indexOf(':') >= 0) {
            return commands.contains(name.toLowerCase(Locale.ROOT)) ? name.toLowerCase(Locale.ROOT) : null;
        }
        for (String scope : String.valueOf(session.get("SCOPE")).split(":")) {
            for (String command : commands) {
                if ("*".equals(scope) ? command.endsWith(":" + name) : command.equals(scope + ":" + name)) {
                    return command;
                }
            }
        }
        return null;
    }

    String usage(String command) {
        return methods(command).stream().map(method -> usage(command, method)).collect(Collectors.joining(" | "));
    }

    String description(String command) {
        return methods(command).stream()
                .map(method -> method.getAnnotation(Descriptor.class))
                .filter(descriptor -> descriptor != null)
                .map(Descriptor::value)
                .findFirst()
                .orElse("");
    }

    void overview(PrintStream out) {
        Map<String, List<String>> scopes = new TreeMap<>();
        for (String command : commands()) {
            String[] parts = command.split(":", 2);
            scopes.computeIfAbsent(parts[0], scope -> new ArrayList<>()).add(parts[1]);
        }
        int width = scopes.keySet().stream().mapToInt(String::length).max().orElse(0);
        scopes.forEach((scope, names) -> out.printf("%-" + width + "s  %s%n", scope, String.join(" ", names)));
        out.println("help COMMAND or help SCOPE says more; TAB completes; the scope may be left out where it is clear");
    }

    /** A scope, a command, or what is both: {@code config} is a scope, and a command of scr's. */
    void explain(String name, PrintStream out) {
        String command = resolve(name);
        List<String> inScope = commands().stream()
                .filter(known -> known.startsWith(name + ":"))
                .toList();
        if (!inScope.isEmpty()) {
            scope(inScope, out);
            if (command != null) {
                out.println(name + " alone is " + command + ": help " + command + " explains it");
            }
        } else if (command != null) {
            command(command, out);
        } else {
            throw new IllegalArgumentException(name + " is neither a command nor a scope: help lists them");
        }
    }

    private void scope(List<String> commands, PrintStream out) {
        int width = commands.stream().mapToInt(String::length).max().orElse(0);
        commands.forEach(command -> out.printf("%-" + width + "s  %s%n", command, description(command)));
    }

    void command(String command, PrintStream out) {
        List<Method> methods = methods(command);
        if (methods.isEmpty()) {
            out.println(command + " (a function without a description; it may know " + command + " --help)");
        }
        for (Method method : methods) {
            Descriptor descriptor = method.getAnnotation(Descriptor.class);
            out.println(usage(command, method) + (descriptor == null ? "" : "  - " + descriptor.value()));
            parameters(method).forEach(parameter -> parameter.describe(out));
        }
    }

    /** False for a command whose service cannot be had: its component has thrown when it was to be activated. */
    boolean isThere(String command) {
        if (!(session.get(command) instanceof CommandProxy proxy)) {
            return true;
        }
        try {
            return proxy.getTarget() != null;
        } finally {
            proxy.ungetTarget();
        }
    }

    private List<Method> methods(String command) {
        if (!(session.get(command) instanceof CommandProxy proxy)) {
            return List.of();
        }
        String function = command.substring(command.indexOf(':') + 1).toLowerCase(Locale.ROOT);
        String method = Reflective.KEYWORDS.contains(function) ? "_" + function : function;
        Set<String> names = Set.of(method, "get" + method, "set" + method, "is" + method);
        Object target = proxy.getTarget();
        if (target == null) {
            return List.of();
        }
        try {
            return Arrays.stream(target.getClass().getMethods())
                    .filter(candidate -> !candidate.isBridge()
                            && names.contains(candidate.getName().toLowerCase(Locale.ROOT)))
                    .sorted(Comparator.comparingInt(Method::getParameterCount))
                    .toList();
        } finally {
            proxy.ungetTarget();
        }
    }

    private static String usage(String command, Method method) {
        return command + parameters(method).stream().map(p -> " " + p.usage()).collect(Collectors.joining());
    }

    private static List<Argument> parameters(Method method) {
        List<Argument> arguments = new ArrayList<>();
        for (java.lang.reflect.Parameter parameter : method.getParameters()) {
            if (parameter.getType() != CommandSession.class) {
                arguments.add(Argument.of(parameter));
            }
        }
        return arguments;
    }

    /** A parameter as a person writes it: {@code [-f]}, {@code [-n COUNT]}, {@code NAME}, {@code [BUNDLE...]}. */
    private record Argument(String usage, String description) {

        static Argument of(java.lang.reflect.Parameter parameter) {
            Descriptor descriptor = parameter.getAnnotation(Descriptor.class);
            String description = descriptor == null ? "" : descriptor.value();
            String name = name(parameter);
            Parameter option = parameter.getAnnotation(Parameter.class);
            if (option != null) {
                boolean flag = !Parameter.UNSPECIFIED.equals(option.presentValue());
                String names = String.join("|", option.names());
                return new Argument("[" + names + (flag ? "" : " " + name) + "]", description);
            }
            return new Argument(parameter.getType().isArray() ? "[" + name + "...]" : name, description);
        }

        void describe(PrintStream out) {
            if (!description.isEmpty()) {
                out.println("    " + usage + "  " + description);
            }
        }

        private static String name(java.lang.reflect.Parameter parameter) {
            Class<?> type =
                    parameter.getType().isArray() ? parameter.getType().getComponentType() : parameter.getType();
            // javac -parameters keeps names; without it the type is the better word
            String name = parameter.isNamePresent() ? parameter.getName() : type.getSimpleName();
            return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toUpperCase(Locale.ROOT);
        }
    }
}
