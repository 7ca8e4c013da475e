// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A value of a configuration as JSON, with the type that goes behind its key where JSON's own would not give the same
 * value back: {@code "interval:Integer": 5}.
 *
 * <p>Written here and not by {@code org.apache.felix.cm.json}: that one turns the Double 12345678.0 into a Long,
 * refuses NaN, and looks up its JSON provider once per value.
 *
 * @param type the Configurator's type name, empty where JSON says it all
 * @param json the value
 */
record TypedJson(String type, String json) {

    private static final Map<Class<?>, String> SCALARS = Map.of(
            String.class, "String",
            Boolean.class, "Boolean",
            Long.class, "Long",
            Double.class, "Double",
            Integer.class, "Integer",
            Float.class, "Float",
            Short.class, "Short",
            Byte.class, "Byte",
            Character.class, "Character");

    private static final Map<Class<?>, String> PRIMITIVES = Map.of(
            boolean.class, "boolean",
            long.class, "long",
            double.class, "double",
            int.class, "int",
            float.class, "float",
            short.class, "short",
            byte.class, "byte",
            char.class, "char");

    /** What JSON gives back as it was, without a type. */
    private static final List<String> NATIVE = List.of("String", "Boolean", "Long", "Double");

    /** @throws IOException if the value is of no type that Config Admin knows */
    static TypedJson of(Object value) throws IOException {
        if (value.getClass().isArray()) {
            return array(value);
        }
        if (value instanceof Collection<?> collection) {
            return collection(List.copyOf(collection));
        }
        String json = one(value);
        boolean quoted = json.startsWith("\"");
        String type = typeName(value);
        boolean plain = NATIVE.contains(type) && quoted == value instanceof String;
        return new TypedJson(plain ? "" : type, json);
    }

    /** The type of a value, as it is written behind a key and shown to a person. */
    static String typeName(Object value) throws IOException {
        Class<?> type = value.getClass();
        if (type.isArray()) {
            Class<?> element = type.getComponentType();
            return known(element.isPrimitive() ? PRIMITIVES.get(element) : SCALARS.get(element), type) + "[]";
        }
        if (value instanceof Collection<?> collection) {
            return collection.isEmpty()
                    ? "Collection"
                    : "Collection<" + typeName(collection.iterator().next()) + ">";
        }
        return known(SCALARS.get(type), type);
    }

    static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                case '\r' -> quoted.append("\\r");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        quoted.append(String.format("\\u%04x", (int) c));
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    private static String known(String name, Class<?> type) throws IOException {
        if (name == null) {
            throw new IOException("a configuration cannot hold a " + type.getName());
        }
        return name;
    }

    private static TypedJson array(Object array) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            Object element = Array.get(array, i);
            if (element == null) {
                throw new IOException("an array in a configuration cannot hold null");
            }
            elements.add(element);
        }
        String type = typeName(array);
        String json = list(elements);
        boolean strings = array instanceof String[];
        boolean plain =
                strings || (!elements.isEmpty() && NATIVE.contains(type.replace("[]", "")) && !json.contains("\""));
        return new TypedJson(plain ? "" : type, json);
    }

    private static TypedJson collection(List<?> elements) throws IOException {
        return new TypedJson(typeName(elements), list(elements));
    }

    /**
     * An array in which one number is none to JSON (NaN) is written as strings throughout: cm.json reads no mixed
     * arrays.
     */
    private static String list(List<?> elements) throws IOException {
        List<String> all = new ArrayList<>();
        for (Object element : elements) {
            all.add(one(element));
        }
        if (all.stream().anyMatch(json -> json.startsWith("\""))) {
            all.replaceAll(json -> json.startsWith("\"") ? json : quote(json));
        }
        return "[" + String.join(", ", all) + "]";
    }

    private static String one(Object value) throws IOException {
        known(SCALARS.get(value.getClass()), value.getClass());
        if (value instanceof String || value instanceof Character) {
            return quote(value.toString());
        }
        return value instanceof Double || value instanceof Float ? decimal((Number) value) : value.toString();
    }

    /** With a fraction always, for JSON knows a decimal number by nothing else. */
    private static String decimal(Number value) {
        String digits = value.toString();
        double number = value.doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number) || (number == 0 && digits.startsWith("-"))) {
            return quote(digits);
        }
        BigDecimal exact = new BigDecimal(digits);
        return exact.scale() == 0 ? exact.toPlainString() + ".0" : digits;
    }
}
