// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import io.callgate.platform.Nearest;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads {@value #PATH}, strictly: an unknown key or a wrong type is one line that says where, not a need that is
 * silently never looked at.
 */
final class NeedsFile {

    /** Where a bundle's jar says what its mechanism needs. */
    static final String PATH = "META-INF/callgate/needs.json";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");
    private static final Pattern OPTION = Pattern.compile("CONFIG_[A-Za-z0-9_]+");
    private static final Pattern SYSCTL = Pattern.compile("(?!.*[.]{2})[A-Za-z0-9_.*-]+(/[A-Za-z0-9_.*-]+)*");
    private static final Set<String> COMMON = Set.of("name", "what", "kind", "mend", "optional");
    private static final Map<String, Set<String>> KEYS = Map.of(
            "file", Set.of("path", "access"),
            "device", Set.of("path", "access"),
            "kernel-option", Set.of("option"),
            "capability", Set.of("capability"),
            "limit", Set.of("limit", "atLeast"),
            "group", Set.of("group"),
            "mount", Set.of("type"),
            "sysctl", Set.of("key", "atLeast"));
    private static final JsonReaderFactory JSON =
            Json.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

    private NeedsFile() {}

    /**
     * Reads and checks one file.
     *
     * @param source what to call it in a message, for example the jar's name
     * @throws IOException with one line that says where the mistake is, and what would be right
     */
    static Needs read(InputStream in, String source) throws IOException {
        try (JsonReader reader = JSON.createReader(in)) {
            return needs(reader.readObject());
        } catch (JsonException e) {
            throw new IOException(source + ": " + PATH + ": not a JSON object: " + oneLine(e.getMessage()), e);
        } catch (Mistake e) {
            throw new IOException(source + ": " + PATH + ": " + e.getMessage(), e);
        }
    }

    private static Needs needs(JsonObject file) throws Mistake {
        onlyKeys(file, Set.of("mechanism", "needs"), "");
        String mechanism = name(file, "mechanism", "");
        JsonValue needs = file.get("needs");
        if (!(needs instanceof JsonArray array)) {
            throw new Mistake("\"needs\" must be an array of needs");
        }
        List<Need> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue value : array) {
            if (!(value instanceof JsonObject object)) {
                throw new Mistake("need " + (all.size() + 1) + " must be an object");
            }
            Need need = need(object, "need " + (all.size() + 1) + ": ");
            if (!names.add(need.name())) {
                throw new Mistake("two needs have the name \"" + need.name() + "\"");
            }
            all.add(need);
        }
        return new Needs(mechanism, all);
    }

    private static Need need(JsonObject json, String nth) throws Mistake {
        String name = name(json, "name", nth);
        String where = "need \"" + name + "\": ";
        String kind = text(json, "kind", where);
        Set<String> own = KEYS.get(kind);
        if (own == null) {
            throw new Mistake(where + "unknown kind \"" + kind + "\"" + nearest(kind, KEYS.keySet()));
        }
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(own);
        onlyKeys(json, known, where);
        String mend = line(json, "mend", where);
        return new Need(name, line(json, "what", where), check(kind, json, where), mend, optional(json, where));
    }

    private static Check check(String kind, JsonObject json, String where) throws Mistake {
        return switch (kind) {
            case "file" -> new Check.FilePath(path(json, where), access(json, Check.Access.R, where));
            case "device" -> new Check.FilePath(path(json, where), access(json, Check.Access.RW, where));
            case "kernel-option" -> new Check.KernelOption(matching(json, "option", OPTION, where));
            case "capability" ->
                new Check.Capability(oneOf(json, "capability", new TreeSet<>(Check.Capability.NAMES), where));
            case "limit" ->
                new Check.Limit(resource(json, where), atLeast(json, where).orElseThrow(() -> {
                    return new Mistake(where + "\"atLeast\" is missing");
                }));
            case "group" -> new Check.Group(matching(json, "group", NAME, where));
            case "mount" -> new Check.Mount(matching(json, "type", NAME, where));
            case "sysctl" -> new Check.Sysctl(matching(json, "key", SYSCTL, where), atLeast(json, where));
            default -> throw new IllegalStateException("kind " + kind + " has keys, but no check");
        };
    }

    private static Check.Limit.Resource resource(JsonObject json, String where) throws Mistake {
        Set<String> names = new TreeSet<>();
        for (Check.Limit.Resource resource : Check.Limit.Resource.values()) {
            names.add(resource.name());
        }
        return Check.Limit.Resource.valueOf(oneOf(json, "limit", names, where));
    }

    private static String path(JsonObject json, String where) throws Mistake {
        String path = text(json, "path", where);
        if (!path.startsWith("/") || List.of(path.split("/")).contains("..")) {
            throw new Mistake(where + "\"path\" must be absolute and without \"..\", it is \"" + path + "\"");
        }
        return path;
    }

    private static Check.Access access(JsonObject json, Check.Access otherwise, String where) throws Mistake {
        return json.containsKey("access")
                ? Check.Access.valueOf(
                        oneOf(json, "access", Set.of("r", "w", "rw"), where).toUpperCase(Locale.ROOT))
                : otherwise;
    }

    private static Optional<Long> atLeast(JsonObject json, String where) throws Mistake {
        JsonValue value = json.get("atLeast");
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof JsonNumber number) || !number.isIntegral()) {
            throw new Mistake(where + "\"atLeast\" must be a whole number, it is " + value);
        }
        return Optional.of(number.longValue());
    }

    private static boolean optional(JsonObject json, String where) throws Mistake {
        JsonValue value = json.getOrDefault("optional", JsonValue.FALSE);
        if (value != JsonValue.TRUE && value != JsonValue.FALSE) {
            throw new Mistake(where + "\"optional\" must be true or false, it is " + value);
        }
        return value == JsonValue.TRUE;
    }

    private static String name(JsonObject json, String key, String where) throws Mistake {
        return matching(json, key, NAME, where);
    }

    private static String matching(JsonObject json, String key, Pattern pattern, String where) throws Mistake {
        String value = text(json, key, where);
        if (!pattern.matcher(value).matches()) {
            throw new Mistake(where + "\"" + key + "\" must match " + pattern + ", it is \"" + value + "\"");
        }
        return value;
    }

    private static String oneOf(JsonObject json, String key, Set<String> values, String where) throws Mistake {
        String value = text(json, key, where);
        if (!values.contains(value)) {
            throw new Mistake(where + "unknown " + key + " \"" + value + "\"" + nearest(value, values));
        }
        return value;
    }

    private static String line(JsonObject json, String key, String where) throws Mistake {
        String value = text(json, key, where);
        if (value.contains("\n")) {
            throw new Mistake(where + "\"" + key + "\" must be one line");
        }
        return value;
    }

    private static String text(JsonObject json, String key, String where) throws Mistake {
        JsonValue value = json.get(key);
        if (value == null) {
            throw new Mistake(where + "\"" + key + "\" is missing");
        }
        if (!(value instanceof JsonString string) || string.getString().isBlank()) {
            throw new Mistake(where + "\"" + key + "\" must be a text, it is " + value);
        }
        return string.getString().strip();
    }

    private static void onlyKeys(JsonObject json, Set<String> known, String where) throws Mistake {
        for (String key : json.keySet()) {
            if (!known.contains(key)) {
                throw new Mistake(where + "unknown key \"" + key + "\"" + nearest(key, known));
            }
        }
    }

    private static String nearest(String name, Set<String> known) {
        List<String> names = Nearest.to(name, known);
        return ", known are " + String.join(", ", names.isEmpty() ? new TreeSet<>(known) : names);
    }

    private static String oneLine(String message) {
        return String.valueOf(message).replaceAll("\\s+", " ");
    }

    /** What is wrong in a file, without the file's name. */
    private static final class Mistake extends Exception {
        Mistake(String message) {
            super(message);
        }
    }
}
