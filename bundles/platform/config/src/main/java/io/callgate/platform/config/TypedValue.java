// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Turns what a person types in a shell into a value of a type, by the Configurator's names of types. */
final class TypedValue {

    private record Scalar(Class<?> type, Function<String, Object> reader) {}

    private static final Map<String, Scalar> SCALARS = Map.ofEntries(
            Map.entry("String", new Scalar(String.class, text -> text)),
            Map.entry("Integer", new Scalar(Integer.class, Integer::valueOf)),
            Map.entry("int", new Scalar(int.class, Integer::valueOf)),
            Map.entry("Long", new Scalar(Long.class, Long::valueOf)),
            Map.entry("long", new Scalar(long.class, Long::valueOf)),
            Map.entry("Short", new Scalar(Short.class, Short::valueOf)),
            Map.entry("short", new Scalar(short.class, Short::valueOf)),
            Map.entry("Byte", new Scalar(Byte.class, Byte::valueOf)),
            Map.entry("byte", new Scalar(byte.class, Byte::valueOf)),
            Map.entry("Double", new Scalar(Double.class, Double::valueOf)),
            Map.entry("double", new Scalar(double.class, Double::valueOf)),
            Map.entry("Float", new Scalar(Float.class, Float::valueOf)),
            Map.entry("float", new Scalar(float.class, Float::valueOf)),
            Map.entry("Boolean", new Scalar(Boolean.class, TypedValue::truth)),
            Map.entry("boolean", new Scalar(boolean.class, TypedValue::truth)),
            Map.entry("Character", new Scalar(Character.class, TypedValue::character)),
            Map.entry("char", new Scalar(char.class, TypedValue::character)));

    private TypedValue() {}

    /**
     * Reads a value; several are separated by commas, {@code \,} is a comma.
     *
     * @param type a scalar's name, {@code Integer[]} or {@code Collection<Integer>}
     */
    static Object read(String text, String type) throws IOException {
        if (type.endsWith("[]")) {
            Scalar scalar = scalar(type.substring(0, type.length() - 2));
            List<Object> elements = elements(text, type, scalar);
            Object array = Array.newInstance(scalar.type, elements.size());
            for (int i = 0; i < elements.size(); i++) {
                Array.set(array, i, elements.get(i));
            }
            return array;
        }
        if (type.startsWith("Collection")) {
            String element = type.equals("Collection") ? "String" : type.substring(11, type.length() - 1);
            return elements(text, type, scalar(element));
        }
        return one(text, type, scalar(type));
    }

    /** A value whose type nobody knows: what JSON would take it for. */
    static Object guess(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Boolean.valueOf(text);
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException notWhole) {
            return decimal(text);
        }
    }

    private static Object decimal(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> "+-.eE0123456789".indexOf(c) >= 0);
        try {
            return digits ? Double.valueOf(text) : text;
        } catch (NumberFormatException notANumber) {
            return text;
        }
    }

    private static Scalar scalar(String type) throws IOException {
        Scalar scalar = SCALARS.get(type);
        if (scalar == null) {
            throw new IOException(
                    "no type: " + type + "; the types are String, Integer, Long, Short, Byte, Double, Float, "
                            + "Boolean, Character, Type[] and Collection<Type>");
        }
        return scalar;
    }

    private static Object one(String text, String type, Scalar scalar) throws IOException {
        try {
            return scalar.reader.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("\"" + text + "\" is no " + type, e);
        }
    }

    private static List<Object> elements(String text, String type, Scalar scalar) throws IOException {
        String list = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        List<Object> elements = new ArrayList<>();
        if (!list.isBlank()) {
            for (String element : split(list)) {
                elements.add(one(element, type.replace("[]", ""), scalar));
            }
        }
        return elements;
    }

    private static List<String> split(String list) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < list.length(); i++) {
            char c = list.charAt(i);
            if (c == '\\' && i + 1 < list.length()) {
                part.append(list.charAt(++i));
            } else if (c == ',') {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString().strip());
        return parts;
    }

    private static Object truth(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(text);
        }
        return Boolean.valueOf(text);
    }

    private static Object character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException(text);
        }
        return text.charAt(0);
    }
}
