// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Map;

/** A capability of a bundle. */
record Capability(String namespace, Map<String, Object> attributes) {

    static String key(String namespace, Object value) {
        return namespace + "/" + value;
    }

    /** As {@link Requirement#key()}; null if the capability has no name. */
    String key() {
        Object name = attributes.get(namespace);
        return name == null ? null : key(namespace, name);
    }
}
