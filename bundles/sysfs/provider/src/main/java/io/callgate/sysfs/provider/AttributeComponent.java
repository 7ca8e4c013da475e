// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import java.util.Map;
import java.util.Optional;
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

/** One configuration: checks it, and lets its attribute live by it. */
@Component(
        service = ConfiguredAttribute.class,
        configurationPid = Attribute.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = AttributeComponent.Config.class, factory = true)
public final class AttributeComponent implements ConfiguredAttribute {

    /** A file below /sys that becomes a service. */
    @ObjectClassDefinition(name = "sysfs attribute", description = "A file below /sys that becomes a service")
    public @interface Config {

        /** Where the file is. */
        @AttributeDefinition(
                description = "The file: absolute below /sys, or relative to it. *, ? and [...] stand for what changes"
                        + " from boot to boot; exactly one file must match")
        String path();

        /** What is in it. */
        @AttributeDefinition(
                required = false,
                description =
                        "What the file holds; an integer may be written 0x..., a boolean in any of the kernel's words",
                options = {
                    @Option(label = "integer", value = "integer"),
                    @Option(label = "decimal", value = "decimal"),
                    @Option(label = "boolean", value = "boolean"),
                    @Option(label = "string", value = "string"),
                    @Option(label = "bytes", value = "bytes")
                })
        String type() default "integer";

        /** Value = what the file says * scale + offset. */
        @AttributeDefinition(required = false, description = "Value = what the file says * scale + offset; not 0")
        double scale() default 1;

        /** Value = what the file says * scale + offset. */
        @AttributeDefinition(required = false, description = "Value = what the file says * scale + offset; in the unit")
        double offset() default 0;

        /** Of the scaled value. */
        @AttributeDefinition(required = false, description = "Unit of the value, for example °C; shown, not converted")
        String unit() default "";

        /** How often it is read. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Time between two readings, in ms; 0: read only when somebody asks")
        long interval() default 0;

        /** The kernel says when to read. */
        @AttributeDefinition(
                required = false,
                name = "notify",
                description = "Read when the kernel says that it has changed; only some drivers do")
        boolean notify$() default false;

        /** May the service write. */
        @AttributeDefinition(required = false, description = "Whether the service may write the file")
        boolean writable() default false;

        /** How much must it change. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description =
                        "Listeners are told when a number differs by more than this from what they know; in the unit")
        double deadband() default 0;
    }

    private final SysTree tree;
    private final ConfiguredResource resource;
    private final AttributeLife life;
    private volatile String configuredPath;

    /** Begins to look for the file; nothing here waits for a driver. */
    @Activate
    public AttributeComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference SysTree tree,
            @Reference ValueListeners listeners,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.tree = tree;
        this.resource = new ConfiguredResource(context, properties, log);
        this.life = new AttributeLife(
                resource, new AttributeLife.Surroundings(tree, listeners, loop, devices, dispatcher, log));
        configure(config, properties);
    }

    /** Takes other settings; the service stays if it is the same file, used in the same way. */
    @Modified
    public void configure(Config config, Map<String, Object> properties) {
        configuredPath = String.valueOf(properties.getOrDefault("path", "-"));
        try {
            life.configure(Settings.of(tree.root(), config));
        } catch (InvalidSettingException e) {
            life.refuse(e.getMessage());
        }
    }

    /** Takes the service back and closes the file. */
    @Deactivate
    public void close() {
        life.close();
    }

    @Override
    public ResourceStatus status() {
        return resource.status();
    }

    @Override
    public String configuredPath() {
        return configuredPath;
    }

    @Override
    public Optional<Attribute> attribute() {
        return life.attribute();
    }
}
