// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.Watchdog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentConstants;
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

/** One configuration: checks it, and lets its watchdog live by it. */
@Component(
        service = ConfiguredWatchdog.class,
        configurationPid = Watchdog.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = WatchdogComponent.Config.class, factory = true)
public final class WatchdogComponent implements ConfiguredWatchdog {

    /** A watchdog device that becomes a service. */
    @ObjectClassDefinition(name = "watchdog device", description = "A watchdog that the gateway may arm and feed")
    public @interface Config {

        /** By the kernel's name. */
        @AttributeDefinition(
                required = false,
                description = "The kernel's name, for example watchdog0; numbers may change from boot to boot")
        String device() default "";

        /** By what the driver says. */
        @AttributeDefinition(
                required = false,
                description = "What the driver calls itself in /sys/class/watchdog/*/identity; exactly one must match")
        String identity() default "";

        /** Until the reset. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "65535",
                description = "Seconds from the last feeding to the reset; 0: as the driver has it")
        int timeout() default 0;

        /** The warning. */
        @AttributeDefinition(
                required = false,
                min = "-1",
                max = "65535",
                description = "Seconds before the reset at which the kernel warns; 0: never; -1: as the driver has it")
        int pretimeout() default -1;

        /** What the warning does. */
        @AttributeDefinition(
                required = false,
                description = "What the kernel does at the pretimeout: noop, panic, ...; empty: as the kernel has it")
        String pretimeoutGovernor() default "";

        /** How often. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Time between two feedings, in ms; 0: a quarter of the timeout less the pretimeout")
        long feedingInterval() default 0;

        /** At the start. */
        @AttributeDefinition(
                required = false,
                description = "Whether it is armed as soon as it is there; otherwise only by watchdog:arm or arm()")
        boolean armed() default false;

        /** At the end. */
        @AttributeDefinition(
                required = false,
                description = "What becomes of it when the gateway is stopped in order, or this configuration deleted",
                options = {@Option(label = "disarm", value = "disarm"), @Option(label = "keep armed", value = "keep")})
        String onStop() default "disarm";

        /** While nobody is here. */
        @AttributeDefinition(
                required = false,
                min = "1",
                max = "600",
                description = "Seconds for which it is fed at most while the watchdog's bundle is updated")
        int handover() default 30;
    }

    private final ConfiguredResource resource;
    private final WatchdogLife life;

    /** Takes over what a predecessor has armed; looks for the device. */
    @Activate
    public WatchdogComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Supervisor supervisor,
            @Reference Devices devices,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference KeptHandles handles,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                context,
                config,
                properties,
                new Surroundings(
                        supervisor,
                        devices,
                        files,
                        memory,
                        new DeviceNode(files, DeviceNode::stat, new Holders(Path.of("/proc"))),
                        handles,
                        loop,
                        dispatcher,
                        log));
    }

    WatchdogComponent(BundleContext context, Config config, Map<String, Object> properties, Surroundings surroundings)
            throws IOException {
        resource = new ConfiguredResource(context, properties, surroundings.log());
        life = new WatchdogLife(resource, surroundings);
        configure(config);
    }

    /** Takes other settings in place: what is armed stays armed, unless another device is meant. */
    @Modified
    public void configure(Config config) {
        try {
            life.configure(Settings.of(config));
        } catch (InvalidSettingException e) {
            life.refuse(e.getMessage());
        }
    }

    /** Leaves what is armed to a successor, or ends it in order. */
    @Deactivate
    public void close(int reason) {
        life.close(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED
                || reason == ComponentConstants.DEACTIVATION_REASON_DISABLED);
    }

    @Override
    public ResourceStatus status() {
        return resource.status();
    }

    @Override
    public Watchdog watchdog() {
        return life;
    }

    @Override
    public Optional<SysfsWatchdog> device() {
        return life.device();
    }
}
