// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.LineGroup;
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

/** One configuration of a group: checks it, and lets its lines live by it. */
@Component(
        service = {},
        configurationPid = LineGroup.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = GroupComponent.Config.class, factory = true)
public final class GroupComponent {

    /** Several GPIO lines of one chip that are used together. */
    @ObjectClassDefinition(name = "GPIO group", description = "Up to 64 GPIO lines of one chip that are used together")
    public @interface Config {

        /** Which lines. */
        @AttributeDefinition(
                required = false,
                description = "The kernel's names of the lines, in the order of the bits; or give chip and offsets")
        String[] lines() default {};

        /** Which chip. */
        @AttributeDefinition(
                required = false,
                description = "The chip's label (stays when chips are renumbered) or kernel name, as gpio:chips shows"
                        + " them; needed with offsets, and if several chips have lines of these names")
        String chip() default "";

        /** Which lines of the chip. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "The lines' numbers on their chip, from 0, in the order of the bits")
        int[] offsets() default {};

        /** Who drives them. */
        @AttributeDefinition(
                required = false,
                description = "Whether the lines are read or driven",
                options = {@Option(label = "input", value = "input"), @Option(label = "output", value = "output")})
        String direction() default "input";

        /** Polarity. */
        @AttributeDefinition(required = false, description = "True if low voltage means active")
        boolean activeLow() default false;

        /** Resistor. */
        @AttributeDefinition(
                required = false,
                description = "What holds the lines when nobody drives them; chardev only",
                options = {
                    @Option(label = "as-is", value = "as-is"),
                    @Option(label = "disabled", value = "disabled"),
                    @Option(label = "pull-up", value = "pull-up"),
                    @Option(label = "pull-down", value = "pull-down")
                })
        String bias() default "as-is";

        /** Which levels are driven. */
        @AttributeDefinition(
                required = false,
                description = "Which levels are driven: both, only low (open-drain), only high; outputs, chardev only",
                options = {
                    @Option(label = "push-pull", value = "push-pull"),
                    @Option(label = "open-drain", value = "open-drain"),
                    @Option(label = "open-source", value = "open-source")
                })
        String drive() default "push-pull";

        /** Told edges. */
        @AttributeDefinition(
                required = false,
                description = "Which changes of inputs are told to listeners: rising is inactive to active",
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
                description = "How long an input must be stable before a change counts, in microseconds; chardev only")
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

        /** First level. */
        @AttributeDefinition(
                required = false,
                description = "Level of all outputs from the request on; not applied when they are taken over",
                options = {@Option(label = "inactive", value = "inactive"), @Option(label = "active", value = "active")
                })
        String initial() default "inactive";

        /** Last level. */
        @AttributeDefinition(
                required = false,
                description = "Level that all outputs are driven to before they are released for good; absent: as they"
                        + " are",
                options = {@Option(label = "inactive", value = "inactive"), @Option(label = "active", value = "active")
                })
        String safe() default "";

        /** In the kernel. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Edges that the kernel keeps until they are read; 0: its default, 16 for each line")
        int eventBuffer() default 0;

        /** Which backend. */
        @AttributeDefinition(
                required = false,
                description = "chardev or sysfs to use that one only; absent: chardev, and sysfs where there is none")
        String backend() default "";
    }

    private final LineLife<LineGroup> life;

    /** Begins to look for the lines; nothing here waits for a driver. */
    @Activate
    public GroupComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Lines lines,
            @Reference(service = LoggerFactory.class) Logger log) {
        life = lines.begin(new ConfiguredResource(context, properties, log), LineKind.GROUP);
        configure(config);
    }

    /** Takes other settings; the lines are kept if they are the same. */
    @Modified
    public void configure(Config config) {
        life.configure(() -> Settings.of(config));
    }

    /** Drives outputs to their safe level and releases the lines, or leaves them as they are to a successor. */
    @Deactivate
    public void close(int reason) {
        life.close(Reasons.isForGood(reason));
    }
}
