// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.Device;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Reasons;
import io.callgate.resource.ResourceStatus;
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

/** One configuration: checks it, and lets its device live by it. */
@Component(
        service = ConfiguredDevice.class,
        configurationPid = Device.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = DeviceComponent.Config.class, factory = true)
public final class DeviceComponent implements ConfiguredDevice {

    /** A device node that becomes a service. */
    @ObjectClassDefinition(name = "device", description = "A device node that becomes a service")
    public @interface Config {

        /** Where the node is. */
        @AttributeDefinition(description = "The device node, or a link to it; below an allowed root, /dev as shipped")
        String path();

        /** What it is opened for. */
        @AttributeDefinition(
                required = false,
                description = "What it is opened for; many requests of ioctl want write",
                options = {
                    @Option(label = "read", value = "read"),
                    @Option(label = "write", value = "write"),
                    @Option(label = "read-write", value = "read-write")
                })
        String access() default "read";

        /** Nobody else. */
        @AttributeDefinition(
                required = false,
                description = "Nobody else may open it: O_EXCL, and TIOCEXCL on a tty; kept open across updates")
        boolean exclusive() default false;

        /** Past the page cache. */
        @AttributeDefinition(
                required = false,
                description = "Block devices: past the page cache (O_DIRECT), with aligned buffers")
        boolean direct() default false;

        /** In so many words. */
        @AttributeDefinition(
                required = false,
                description =
                        "Block devices: open it for writing even while it, or a partition of it, is mounted, swap, or"
                                + " held by another device; otherwise it is read-only then")
        boolean writeMounted() default false;
    }

    private final ConfiguredResource resource;
    private final DeviceLife life;
    private volatile String configuredPath;

    /** Begins to look for the node; nothing here waits for a driver. */
    @Activate
    public DeviceComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference Opener opener,
            @Reference ReadyListeners listeners,
            @Reference NodeWatch nodes,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference KeptHandles handles,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.resource = new ConfiguredResource(context, properties, log);
        this.life = new DeviceLife(
                resource,
                new DeviceLife.Surroundings(opener, listeners, nodes, loop, devices, handles, dispatcher, log));
        configure(config, properties);
    }

    /** Takes other settings; with the same ones the device stays open. */
    @Modified
    public void configure(Config config, Map<String, Object> properties) {
        configuredPath = String.valueOf(properties.getOrDefault("path", "-"));
        try {
            life.configure(Settings.of(config));
        } catch (InvalidSettingException e) {
            life.refuse(e.getMessage());
        }
    }

    /** Takes the service back; an exclusive device is left to a successor unless its configuration is gone. */
    @Deactivate
    public void close(int reason) {
        life.close(Reasons.isForGood(reason));
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
    public Optional<Device> device() {
        return life.device();
    }
}
