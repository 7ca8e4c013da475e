// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.shm.Region;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** One configuration: a region. */
@Component(
        service = {},
        configurationPid = Region.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = RegionComponent.Config.class, factory = true)
public final class RegionComponent {

    /** Memory of a file or a device that becomes a service. */
    @ObjectClassDefinition(name = "Region", description = "Memory of a file or a device that becomes a service")
    public @interface Config {

        /** Of what. */
        @AttributeDefinition(description = "The file, or the device: /dev/uio0")
        String path();

        /** Which of a device. */
        @AttributeDefinition(
                required = false,
                min = "-1",
                max = "4",
                description = "Of a /dev/uioN: which of its maps; -1: this is no such device")
        int map() default -1;

        /** Where. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Bytes from the beginning of the file, or of the map, to the beginning of the region")
        long position() default 0;

        /** How much. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "2147483647",
                description = "Bytes; 0: up to the end of the file, or of the map")
        long length() default 0;

        /** May it be written. */
        @AttributeDefinition(
                required = false,
                description = "Whether it may be written",
                options = {
                    @Option(label = "read only", value = "read"),
                    @Option(label = "read and write", value = "write")
                })
        String access() default "read";
    }

    private static final Path SYS_CLASS_UIO = Path.of("/sys/class/uio");

    private final ConfiguredResource resource;
    private final Life<OpenRegion> life; // null if the configuration cannot be used

    /** Maps the region, and goes on trying if it cannot be mapped now. */
    @Activate
    public RegionComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference LinuxFiles files,
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                new ConfiguredResource(context, properties, log),
                config,
                new Regions(files, calls, memory, SYS_CLASS_UIO),
                loop,
                dispatcher,
                log);
    }

    RegionComponent(
            ConfiguredResource resource,
            Config config,
            Regions regions,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log)
            throws IOException {
        this.resource = resource;
        RegionSettings settings = settings(config);
        if (settings == null) {
            this.life = null;
            return;
        }
        this.life = new Life<>(resource, new Work(settings, regions), loop, dispatcher, log);
        life.begin();
    }

    private RegionSettings settings(Config config) {
        try {
            return RegionSettings.of(config);
        } catch (InvalidSettingException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    /** Ends the service; what was mapped stays what it is. */
    @Deactivate
    public void close(int reason) {
        if (life == null) {
            resource.close();
        } else {
            life.close(reason == RingComponent.CONFIGURATION_DELETED);
        }
    }

    /** A region's part of its life. */
    private final class Work implements Life.Work<OpenRegion> {

        private final RegionSettings settings;
        private final Regions regions;

        Work(RegionSettings settings, Regions regions) {
            this.settings = settings;
            this.regions = regions;
        }

        @Override
        public OpenRegion open() throws IOException {
            return regions.open(resource.status().name(), settings);
        }

        @Override
        public Optional<String> lost(OpenRegion region) throws IOException {
            return regions.lost(region);
        }

        @Override
        public void live(OpenRegion region) {
            resource.live(Region.class, region, Map.of(Region.ADDRESS, region.address()));
        }

        @Override
        public void close(OpenRegion region) {
            region.close();
        }

        @Override
        public void deleted(OpenRegion last) {
            // a region makes nothing, so there is nothing to take away
        }
    }
}
