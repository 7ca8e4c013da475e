// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #ATTRIBUTE}{@code =NAME} (or a list of names, or {@code *} for all),
 * with {@value #SENSOR}, or with both, to be told of the present value, and then of each change. Nothing has to be
 * unregistered by hand.
 *
 * <p>Called in order, one call at a time, on the shared executor; a slow listener delays nobody but loses changes, which
 * the next value counts. What it throws is logged.
 */
@ConsumerType
@FunctionalInterface
public interface ValueListener {

    /** Service property: names of the attributes, a String or a list. */
    String ATTRIBUTE = "sysfs.attribute";

    /**
     * Service property: names of {@link Sensor}s, {@code *} for all, or filters over their service properties such as
     * {@code (&(callgate.quantity=temperature)(callgate.device=1-0048))}; a String or a list. A sensor that comes later is
     * told of as well.
     */
    String SENSOR = "sysfs.sensor";

    /**
     * Service property, optional: a number of milliseconds from 1 on, 1000 if it is absent. Sensors are read so often for
     * this listener; one that several listen to is read as often as the most impatient of them wants, and all are told.
     * An attribute is read at the interval of its own configuration.
     */
    String INTERVAL = "sysfs.interval";

    /**
     * Service property, optional: a number in the attribute's or sensor's unit. A change is told when the value differs from the one
     * told last by more than this, or by more than the attribute's own {@code deadband} if that is larger.
     */
    String DEADBAND = "sysfs.deadband";

    /** The present value, or one that differs from the one told last; {@link Value#lost()} were dropped before it. */
    void changed(Value value) throws Exception;

    /**
     * The file has gone, or its configuration, or the sensor's device. When it is back, {@link #changed} is called with the
     * first value.
     *
     * @param name of the attribute or sensor
     * @param reason in a few words
     */
    default void gone(String name, String reason) throws Exception {}
}
