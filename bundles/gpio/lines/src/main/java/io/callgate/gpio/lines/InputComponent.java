// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.DigitalInput;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Reasons;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** One configuration of an input: checks it, and lets its line live by it. */
@Component(
        service = {},
        configurationPid = DigitalInput.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = InputComponent.Config.class, factory = true)
public final class InputComponent {

    /** A GPIO line that is read. */
    @ObjectClassDefinition(name = "GPIO input", description = "A GPIO line that is read, and whose edges are told")
    public @interface Config {

        /** Which line. */
        @AttributeDefinition(
                required = false,
                description = "The kernel's name of the line, as gpio:lines shows it; or give chip and offset")
        String line() default "";

        /** Which chip. */
        @AttributeDefinition(
                required = false,
                description = "The chip's label (stays when chips are renumbered) or kernel name, as gpio:chips shows"
                        + " them; needed with offset, and if several chips have a line of that name")
        String chip() default "";

        /** Which line of the chip. */
        @AttributeDefinition(required = false, min = "0", description = "The line's number on its chip, from 0")
        int offset() default -1;

        /** Polarity. */
        @AttributeDefinition(required = false, description = "True if low voltage means active")
        boolean activeLow() default false;

        /** Resistor. */
        @AttributeDefinition(
                required = false,
                description = "What holds the line when nobody drives it; chardev only",
                options = {
                    @Option(label = "as-is", value = "as-is"),
                    @Option(label = "disabled", value = "disabled"),
                    @Option(label = "pull-up", value = "pull-up"),
                    @Option(label = "pull-down", value = "pull-down")
                })
        String bias() default "as-is";

        /** Told edges. */
        @AttributeDefinition(
                required = false,
                description = "Which changes are told to listeners: rising is inactive to active",
                options = {
                    @Option(label = "none", value = "none"),
                    @Option(label = "rising", value = "rising"),
                    @Option(label = "falling", value = "falling"),
                    @Option(label = "both", value = "both")
                })
        String edges() default "none";

        /** Stable time. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "4294967295",
                description = "How long the line must be stable before a change counts, in microseconds; chardev only")
        long debounce() default 0;

        /** Of timestamps. */
        @AttributeDefinition(
                required = false,
                description = "Clock of the edges' timestamps; chardev only",
                options = {
                    @Option(label = "monotonic", value = "monotonic"),
                    @Option(label = "realtime", value = "realtime"),
                    @Option(label = "hte", value = "hte")
                })
        String clock() default "monotonic";

        /** In the kernel. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Edges that the kernel keeps until they are read; 0: its default, 16")
        int eventBuffer() default 0;

        /** Which backend. */
        @AttributeDefinition(
                required = false,
                description = "chardev or sysfs to use that one only; absent: chardev, and sysfs where there is none")
        String backend() default "";
    }

    private final LineLife<DigitalInput> life;

    /** Begins to look for the line; nothing here waits for a driver. */
    @Activate
    public InputComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Lines lines,
            @Reference(service = LoggerFactory.class) Logger log) {
        life = lines.begin(new ConfiguredResource(context, properties, log), LineKind.INPUT);
        configure(config);
    }

    /** Takes other settings; the line is kept if it is the same. */
    @Modified
    public void configure(Config config) {
        life.configure(() -> Settings.of(config));
    }

    /** Releases the line, or leaves it to a successor. */
    @Deactivate
    public void close(int reason) {
        life.close(Reasons.isForGood(reason));
    }
}
