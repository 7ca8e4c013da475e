// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Version;

/**
 * One clause of a manifest header: {@code path;path;attribute=value;name:Type=value;directive:=value}.
 *
 * @param attributes typed as their declaration says: String, Version, Long, Double or a List of one of them
 * @see <a href="https://docs.osgi.org/specification/osgi.core/8.0.0/framework.module.html#i2654895">Common Header
 *     Syntax</a>
 */
record Clause(List<String> paths, Map<String, Object> attributes, Map<String, String> directives) {

    /** @throws IllegalArgumentException with a message that names what is wrong in the header */
    static List<Clause> parse(String header) {
        List<Clause> clauses = new ArrayList<>();
        if (header != null) {
            for (String clause : split(header, ',')) {
                clauses.add(clause(clause));
            }
        }
        return clauses;
    }

    private static Clause clause(String text) {
        Clause clause = new Clause(new ArrayList<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
        for (String part : split(text, ';')) {
            int equals = indexOf(part, '=');
            if (equals < 0) {
                clause.paths.add(unquote(part));
            } else if (equals > 0 && part.charAt(equals - 1) == ':') {
                clause.directives.put(part.substring(0, equals - 1).strip(), unquote(part.substring(equals + 1)));
            } else {
                clause.attribute(part.substring(0, equals).strip(), unquote(part.substring(equals + 1)));
            }
        }
        if (clause.paths.isEmpty()) {
            throw new IllegalArgumentException("\"" + text.strip() + "\" names nothing");
        }
        return clause;
    }

    private void attribute(String declaration, String value) {
        int colon = declaration.indexOf(':');
        if (colon < 0) {
            attributes.put(declaration, value);
        } else {
            String type = declaration.substring(colon + 1).strip();
            attributes.put(declaration.substring(0, colon).strip(), typed(type, value));
        }
    }

    private static Object typed(String type, String value) {
        if (type.startsWith("List")) {
            int open = type.indexOf('<');
            String element = open < 0 ? "String" : type.substring(open + 1, type.indexOf('>'));
            return split(value, ',').stream()
                    .map(v -> scalar(element, v.strip()))
                    .toList();
        }
        return scalar(type, value);
    }

    private static Object scalar(String type, String value) {
        return switch (type.strip()) {
            case "String" -> value;
            case "Version" -> Version.parseVersion(value);
            case "Long" -> Long.valueOf(value.strip());
            case "Double" -> Double.valueOf(value.strip());
            default -> throw new IllegalArgumentException("no attribute has the type " + type);
        };
    }

    /** Splits outside quotation marks; empty parts are dropped. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        while (from <= text.length()) {
            int to = indexOf(text, separator, from);
            String part = text.substring(from, to < 0 ? text.length() : to).strip();
            if (!part.isEmpty()) {
                parts.add(part);
            }
            if (to < 0) {
                break;
            }
            from = to + 1;
        }
        return parts;
    }

    private static int indexOf(String text, char wanted) {
        return indexOf(text, wanted, 0);
    }

    private static int indexOf(String text, char wanted, int from) {
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            } else if (c == wanted && !quoted) {
                return i;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quotation mark is not closed");
        }
        return -1;
    }

    private static String unquote(String text) {
        String value = text.strip();
        if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
            value = value.substring(1, value.length() - 1).replace("\\\"", "\"");
        }
        return value;
    }
}
