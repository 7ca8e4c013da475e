// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.light;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Switches a lamp by daylight: on when it is dark, off when it is bright, and in between as it was.
 *
 * <p>It is a listener of values, and what its configuration says of {@code sysfs.sensor} becomes a property of that
 * service: so the sysfs bundle reads the sensor for it, tells it of every change, and begins with the present value. It
 * exists while its lamp does: when the lamp comes back, it begins anew.
 */
@Component(
        immediate = true,
        configurationPid = "io.callgate.apps.light",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Light.Config.class, factory = true)
public final class Light implements ValueListener {

    /** A lamp, a sensor, and when to switch. */
    @ObjectClassDefinition(name = "Light", description = "Switches a lamp by daylight")
    public @interface Config {

        @AttributeDefinition(
                required = false,
                description = "Which lamp, a filter over outputs; without it the output named lamp")
        String lamp_target() default "(callgate.name=lamp)";

        @AttributeDefinition(
                required = false,
                description = "Which sensor, its name or a filter that one sensor matches; or name an attribute")
        String sysfs_sensor() default "";

        @AttributeDefinition(required = false, description = "Which configured attribute, its name; or name a sensor")
        String sysfs_attribute() default "";

        @AttributeDefinition(required = false, min = "1", description = "Time between two readings of a sensor, in ms")
        long sysfs_interval() default 1000;

        @AttributeDefinition(required = false, min = "0", description = "Below it the lamp is switched on, in lux")
        double darkBelow() default 10;

        @AttributeDefinition(required = false, min = "0", description = "Above it the lamp is switched off, in lux")
        double brightAbove() default 20;
    }

    private final Config config;
    private final DigitalOutput lamp;
    private final Logger log;
    private Level level; // null until it was dark or bright; calls come one at a time

    /** Refuses thresholds that would make the lamp flicker. */
    @Activate
    public Light(
            Config config,
            @Reference(name = "lamp", target = "(callgate.name=lamp)") DigitalOutput lamp,
            @Reference(service = LoggerFactory.class) Logger log) {
        if (!(config.darkBelow() < config.brightAbove())) {
            throw new IllegalArgumentException(
                    "darkBelow (" + config.darkBelow() + " lx) must be less than brightAbove (" + config.brightAbove()
                            + " lx), or the lamp flickers in between");
        }
        if (config.sysfs_sensor().isEmpty() == config.sysfs_attribute().isEmpty()) {
            throw new IllegalArgumentException("name one of sysfs.sensor and sysfs.attribute");
        }
        this.config = config;
        this.lamp = lamp;
        this.log = log;
    }

    @Override
    public void changed(Value lux) throws IOException {
        if (lux.asDouble() < config.darkBelow()) {
            turn(Level.ACTIVE, lux);
        } else if (lux.asDouble() > config.brightAbove()) {
            turn(Level.INACTIVE, lux);
        }
    }

    private void turn(Level next, Value lux) throws IOException {
        if (next != level) {
            lamp.set(next);
            level = next; // only if it was set: otherwise the next value tries again
            log.info("{} is {} at {}", lamp.name(), next == Level.ACTIVE ? "on" : "off", lux);
        }
    }

    @Override
    public void gone(String name, String reason) {
        log.warn("{} stays as it is, since {} says nothing: {}", lamp.name(), name, reason);
    }
}
