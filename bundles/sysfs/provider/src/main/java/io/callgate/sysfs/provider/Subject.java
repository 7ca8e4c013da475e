// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.sysfs.ValueListener;
import java.util.Map;

/**
 * What listeners are told of.
 *
 * @param kind the service property by which a listener names it
 * @param name of the attribute or sensor
 * @param properties that a filter may name
 */
record Subject(String kind, String name, Map<String, ?> properties) {

    static Subject attribute(String name) {
        return new Subject(ValueListener.ATTRIBUTE, name, Map.of());
    }

    /** @param properties of its service */
    static Subject sensor(String name, Map<String, ?> properties) {
        return new Subject(ValueListener.SENSOR, name, Map.copyOf(properties));
    }
}
