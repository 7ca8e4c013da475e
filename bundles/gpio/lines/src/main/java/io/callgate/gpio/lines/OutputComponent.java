// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.DigitalOutput;
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

/** One configuration of an output: checks it, and lets its line live by it. */
@Component(
        service = {},
        configurationPid = DigitalOutput.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = OutputComponent.Config.class, factory = true)
public final class OutputComponent {

    /** A GPIO line that is driven. */
    @ObjectClassDefinition(name = "GPIO output", description = "A GPIO line that is driven")
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
                description = "What holds the line when nobody drives it, as with open-drain; chardev only",
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
                description = "Which levels are driven: both, only low (open-drain), only high; chardev only",
                options = {
                    @Option(label = "push-pull", value = "push-pull"),
                    @Option(label = "open-drain", value = "open-drain"),
                    @Option(label = "open-source", value = "open-source")
                })
        String drive() default "push-pull";

        /** First level. */
        @AttributeDefinition(
                required = false,
                description = "Level from the request on; not applied when the line is taken over from a predecessor",
                options = {@Option(label = "inactive", value = "inactive"), @Option(label = "active", value = "active")
                })
        String initial() default "inactive";

        /** Last level. */
        @AttributeDefinition(
                required = false,
                description = "Level that the line is driven to before it is released for good; absent: as it is",
                options = {@Option(label = "inactive", value = "inactive"), @Option(label = "active", value = "active")
                })
        String safe() default "";

        /** Which backend. */
        @AttributeDefinition(
                required = false,
                description = "chardev or sysfs to use that one only; absent: chardev, and sysfs where there is none")
        String backend() default "";
    }

    private final LineLife<DigitalOutput> life;

    /** Begins to look for the line; nothing here waits for a driver. */
    @Activate
    public OutputComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Lines lines,
            @Reference(service = LoggerFactory.class) Logger log) {
        life = lines.begin(new ConfiguredResource(context, properties, log), LineKind.OUTPUT);
        configure(config);
    }

    /** Takes other settings; the line is kept if it is the same. */
    @Modified
    public void configure(Config config) {
        life.configure(() -> Settings.of(config));
    }

    /** Drives the line to its safe level and releases it, or leaves it as it is to a successor. */
    @Deactivate
    public void close(int reason) {
        life.close(Reasons.isForGood(reason));
    }
}
