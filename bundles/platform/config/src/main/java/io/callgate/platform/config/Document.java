// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * A configuration: its text as typed, and the values in it. Immutable: arrays are copied on their way out.
 *
 * @param text the file's text, comments and order included
 * @param values its values by key, without the keys that Config Admin derives; keys compare without case
 */
record Document(String text, Map<String, Object> values) {

    /** {@code :org.apache.felix.configadmin.locked:}: set while a configuration is read-only; kept beside the file. */
    static final String LOCKED = ":org.apache.felix.configadmin.locked:";

    private static final String REVISION = ":org.apache.felix.configadmin.revision:";

    private static final List<String> DERIVED =
            List.of(Constants.SERVICE_PID, ConfigurationAdmin.SERVICE_FACTORYPID, LOCKED, REVISION);

    Document {
        values = Collections.unmodifiableMap(values);
    }

    /** A configuration that nobody typed yet. */
    static Document of(Map<String, Object> values) throws IOException {
        return new Document(JsonEditor.write(values), values);
    }

    /** The same file with these values: text, order and comments of what did not change stay as typed. */
    Document with(Map<String, Object> changed) throws IOException {
        return new Document(JsonEditor.edit(this, changed), changed);
    }

    /** The values that are a person's: what Config Admin adds to them comes from the file's name. */
    static Map<String, Object> ownValues(Dictionary<?, ?> properties) {
        Map<String, Object> own = emptyValues();
        Collections.list(properties.keys()).forEach(key -> {
            if (!DERIVED.contains(key.toString())) {
                own.put(key.toString(), properties.get(key));
            }
        });
        return own;
    }

    static Map<String, Object> emptyValues() {
        return new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    }

    /** What Config Admin loads: the values and both PIDs; the caller's own copy. */
    Dictionary<String, Object> dictionary(FileName name, boolean locked) {
        Dictionary<String, Object> properties = new Hashtable<>();
        values.forEach((key, value) -> properties.put(key, copy(value)));
        properties.put(Constants.SERVICE_PID, name.pid());
        if (name.factoryPid() != null) {
            properties.put(ConfigurationAdmin.SERVICE_FACTORYPID, name.factoryPid());
        }
        if (locked) {
            properties.put(LOCKED, Boolean.TRUE);
        }
        return properties;
    }

    boolean sameValues(Map<String, Object> others) {
        return differingKeys(others).isEmpty();
    }

    /** The keys whose values are not the same, or that only one of the two has. */
    Collection<String> differingKeys(Map<String, Object> others) {
        Collection<String> keys = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        keys.addAll(values.keySet());
        keys.addAll(others.keySet());
        keys.removeIf(key -> same(values.get(key), others.get(key)));
        return keys;
    }

    static boolean same(Object a, Object b) {
        if (a instanceof Collection<?> first && b instanceof Collection<?> second) {
            return Arrays.equals(first.toArray(), second.toArray());
        }
        return Objects.deepEquals(a, b);
    }

    private static Object copy(Object value) {
        if (value.getClass().isArray()) {
            int length = java.lang.reflect.Array.getLength(value);
            Object copy = java.lang.reflect.Array.newInstance(value.getClass().getComponentType(), length);
            System.arraycopy(value, 0, copy, 0, length);
            return copy;
        }
        return value instanceof Collection<?> collection ? List.copyOf(collection) : value;
    }
}
