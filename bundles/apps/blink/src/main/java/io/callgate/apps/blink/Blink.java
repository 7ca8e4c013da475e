// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.blink;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.linux.EventLoop;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Lets a lamp blink. It has no thread of its own: the event loop counts the time, and since nothing may wait there, a lane
 * switches the lamp.
 */
@Component(
        service = {},
        immediate = true,
        configurationPid = "io.callgate.apps.blink",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = Blink.Config.class, factory = true)
public final class Blink {

    /** A lamp, and how fast. */
    @ObjectClassDefinition(name = "Blink", description = "Lets a lamp blink")
    public @interface Config {

        @AttributeDefinition(
                required = false,
                description = "Which lamp, a filter over outputs; without it the output named lamp")
        String lamp_target() default "(callgate.name=lamp)";

        @AttributeDefinition(required = false, min = "1", description = "How long it is on, and how long off, in ms")
        long interval() default 500;
    }

    private final DigitalOutput lamp;
    private final Dispatcher.Lane lane;
    private final EventLoop.Registration timer;
    private Level level = Level.INACTIVE;

    @Activate
    public Blink(
            Config config,
            @Reference(name = "lamp", target = "(callgate.name=lamp)") DigitalOutput lamp,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher)
            throws IOException {
        this.lamp = lamp;
        Duration interval = Duration.ofMillis(config.interval());
        lane = dispatcher.blockingLane("blink " + lamp.name(), 1);
        timer = loop.timer(Duration.ZERO, interval, expirations -> lane.offer(this::toggle));
    }

    private void toggle() throws IOException {
        level = level.opposite();
        lamp.set(level);
    }

    @Deactivate
    void stop() {
        timer.close();
        lane.close();
    }
}
