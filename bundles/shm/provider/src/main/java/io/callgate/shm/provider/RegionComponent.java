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

    /** Memory of a file, a device or System V that becomes a service. */
    @ObjectClassDefinition(
            name = "Region",
            description = "Memory of a file, a device or System V that becomes a service")
    public @interface Config {

        /** Of what. */
        @AttributeDefinition(
                required = false,
                description = "The file, or the device: /dev/uio0; with a project, what ftok(3) makes a key of")
        String path() default "";

        /** Of System V. */
        @AttributeDefinition(
                required = false,
                description = "Instead of a path: the key of a System V segment, a number such as 0x2a")
        String key() default "";

        /** Of System V too. */
        @AttributeDefinition(
                required = false,
                description =
                        "Of a System V segment: the project that ftok(3) takes with the path, a letter or 1 to 255")
        String project() default "";

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
                new Segments(calls, memory),
                loop,
                dispatcher,
                log);
    }

    RegionComponent(
            ConfiguredResource resource,
            Config config,
            Regions regions,
            Segments segments,
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
        this.life = new Life<>(resource, new Work(settings, regions, segments), loop, dispatcher, log);
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
        private final Segments segments;

        Work(RegionSettings settings, Regions regions, Segments segments) {
            this.settings = settings;
            this.regions = regions;
            this.segments = segments;
        }

        @Override
        public OpenRegion open() throws IOException {
            String name = resource.status().name();
            return settings.source() instanceof RegionSettings.Segment segment
                    ? segments.open(name, settings, segment.key())
                    : regions.open(name, settings, (RegionSettings.File) settings.source());
        }

        @Override
        public Optional<String> lost(OpenRegion region) throws IOException {
            return region.lost();
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
