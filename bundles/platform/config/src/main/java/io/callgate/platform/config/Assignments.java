// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * {@code key=value} and {@code key:Type=value}: the type is the one given, the metatype's, the old value's, or a
 * guess.
 */
final class Assignments {

    private final Optional<Description> description;

    Assignments(Optional<Description> description) {
        this.description = description;
    }

    void apply(String assignment, Map<String, Object> values) throws IOException {
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            throw new IOException("\"" + assignment + "\" is no key=value");
        }
        String left = assignment.substring(0, equals);
        String text = assignment.substring(equals + 1);
        int colon = left.indexOf(':');
        String key = colon < 0 ? left : left.substring(0, colon);
        Optional<String> type = colon < 0 ? type(key, values.get(key)) : Optional.of(left.substring(colon + 1));
        try {
            values.put(key, type.isPresent() ? TypedValue.read(text, type.get()) : TypedValue.guess(text));
        } catch (IOException e) {
            throw new IOException(key + ": " + e.getMessage(), e);
        }
    }

    private Optional<String> type(String key, Object old) throws IOException {
        Optional<String> described = description.flatMap(d -> d.type(key));
        return described.isPresent() || old == null ? described : Optional.of(TypedJson.typeName(old));
    }
}
