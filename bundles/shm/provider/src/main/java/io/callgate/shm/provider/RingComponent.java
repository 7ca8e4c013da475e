// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.Broadcast;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.shm.Ring;
import io.callgate.shm.RingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** One configuration: a ring, and the listeners that name it. */
@Component(
        service = {},
        configurationPid = Ring.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = RingComponent.Config.class, factory = true)
public final class RingComponent {

    /** A ring of messages in shared memory that becomes a service. */
    @ObjectClassDefinition(name = "Ring", description = "A ring of messages in shared memory that becomes a service")
    public @interface Config {

        /** Where. */
        @AttributeDefinition(
                required = false,
                description = "The file; the default is /dev/shm/NAME, which is shm_open's \"/NAME\"")
        String path() default "";

        /** How many write. */
        @AttributeDefinition(
                required = false,
                description = "How many may write into it",
                options = {
                    @Option(label = "many-to-one", value = "many-to-one"),
                    @Option(label = "one-to-one", value = "one-to-one")
                })
        String kind() default "many-to-one";

        /** Which direction. */
        @AttributeDefinition(
                required = false,
                description = "What the gateway does with it",
                options = {
                    @Option(label = "both", value = "both"),
                    @Option(label = "consumer", value = "consumer"),
                    @Option(label = "producer", value = "producer")
                })
        String role() default "both";

        /** How much. */
        @AttributeDefinition(
                required = false,
                min = "4096",
                max = "1073741824",
                description = "Bytes for messages in a new ring, a power of two; a message takes 8 more than it has,"
                        + " and has at most an eighth of this")
        int capacity() default 1048576;

        /** May it be there. */
        @AttributeDefinition(
                required = false,
                description =
                        "create: make it unless it is there; existing: wait for it; exclusive: refuse one that this"
                                + " configuration has not made",
                options = {
                    @Option(label = "create", value = "create"),
                    @Option(label = "existing", value = "existing"),
                    @Option(label = "exclusive", value = "exclusive")
                })
        String open() default "create";

        /** Who else may. */
        @AttributeDefinition(
                required = false,
                description = "Permission bits of a new file, in octal; one that more may write is refused")
        String mode() default "0600";

        /** Whose. */
        @AttributeDefinition(
                required = false,
                description = "Whose a file may be that is there, a name or a number; the default is the gateway's user"
                        + " and root")
        String owner() default "";

        /** Does it go with the configuration. */
        @AttributeDefinition(
                required = false,
                description = "Whether the file is removed, with its messages, when this configuration is deleted",
                options = {
                    @Option(label = "never", value = "never"),
                    @Option(label = "if it was created by it", value = "created"),
                    @Option(label = "always", value = "always")
                })
        String unlink() default "created";

        /** How eagerly. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "1000000",
                description = "Microseconds that a consumer looks for a message before it sleeps")
        int spinMicros() default 20;

        /** Others. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "1000000",
                description = "For producers without our header page, such as Agrona's, which wake nobody: microseconds"
                        + " from one look to the next; 0: there are none")
        int pollMicros() default 0;

        /** Their death. */
        @AttributeDefinition(
                required = false,
                min = "0",
                max = "3600000",
                description = "Milliseconds after which a claim of such a producer is released, whether it is dead or"
                        + " slow; 0: never")
        int foreignTimeoutMillis() default 0;
    }

    static final int CONFIGURATION_DELETED = 4;
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Path PROC = Path.of("/proc");

    private final ConfiguredResource resource;
    private final RingFeeder feeder;
    private final Life<OpenRing> life; // null if the configuration cannot be used
    private final EventLoop.Registration ticking; // null as life
    private volatile OpenRing open; // null while there is none

    /** Opens the ring, and goes on trying if it cannot be opened now. */
    @Activate
    public RingComponent(
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
        this.resource = new ConfiguredResource(context, properties, log);
        this.feeder = new RingFeeder(log);
        RingSettings settings = settings(config);
        if (settings == null) {
            this.life = null;
            this.ticking = null;
            return;
        }
        java.io.File storage = context.getDataFile("rings");
        Ledger ledger = new Ledger(
                storage == null ? null : storage.toPath(), resource.status().name(), PROC);
        SharedFiles door = new SharedFiles(files, calls, memory);
        this.life = new Life<>(resource, new Work(settings, door, ledger, log), loop, dispatcher, log);
        life.begin();
        this.ticking = loop.timer(TICK, TICK, late -> tick());
    }

    private RingSettings settings(Config config) {
        try {
            return RingSettings.of(resource.status().name(), config);
        } catch (InvalidSettingException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    private void tick() {
        OpenRing ring = open;
        if (ring != null) {
            ring.tick();
        }
    }

    /** A listener has come; it may be for another ring. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(RingListener listener, Map<String, Object> properties) {
        if (Broadcast.names(properties, RingListener.RING)
                .contains(resource.status().name())) {
            feeder.add(listener, properties);
        }
    }

    /** A listener has other properties. */
    public void updated(RingListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left. */
    public void remove(RingListener listener, Map<String, Object> properties) {
        feeder.remove(properties);
    }

    /** Ends the service; the file and its messages stay, unless the configuration was deleted and says otherwise. */
    @Deactivate
    public void close(int reason) {
        if (life == null) {
            resource.close();
        } else {
            ticking.close();
            life.close(reason == CONFIGURATION_DELETED);
        }
    }

    /** A ring's part of its life. */
    private final class Work implements Life.Work<OpenRing> {

        private final RingSettings settings;
        private final SharedFiles door;
        private final Ledger ledger;
        private final Logger log;
        private final Processes processes;
        private final Barrier barrier;
        private SharedFile damaged; // of the lane; null unless the file that was there cannot be read on
        private String damage;

        Work(RingSettings settings, SharedFiles door, Ledger ledger, Logger log) throws IOException {
            this.settings = settings;
            this.door = door;
            this.ledger = ledger;
            this.log = log;
            this.processes = new Processes(PROC);
            this.barrier = new Barrier(door.calls());
        }

        @Override
        public OpenRing open() throws IOException {
            Words.compile();
            if (damaged != null && damaged.lost().isEmpty()) {
                throw new RefusedException(damage + ": stop those who use it and delete it (rm "
                        + settings.file().path() + ")");
            }
            damaged = null;
            int kind = Layout.kind(settings.kind());
            SharedFile file = door.open(
                    resource.status().name(),
                    settings.file(),
                    new SharedFiles.Contents(kind, SharedFiles.Contents.what(kind), settings.capacity()),
                    ledger);
            if (file.header().capacity() != settings.capacity()) {
                log.warn(
                        "{} was there already and has a capacity of {} bytes, whatever its configuration says: delete it to"
                                + " have it made anew",
                        file.path(),
                        file.header().capacity());
            }
            return new OpenRing(resource.status().name(), settings, file, door, processes, barrier);
        }

        @Override
        public Optional<String> lost(OpenRing ring) throws IOException {
            Optional<String> lost = ring.lost();
            if (lost.isPresent() && ring.damage().isPresent()) {
                damaged = ring.file();
                damage = ring.damage().get();
            }
            return lost;
        }

        @Override
        public void live(OpenRing ring) {
            open = ring;
            resource.live(
                    Ring.class,
                    ring,
                    Map.of(Ring.KIND, ring.kind().word(), Ring.PATH, ring.path().toString()));
            if (settings.role() != RingSettings.Role.PRODUCER) {
                feeder.begin(ring);
            }
        }

        @Override
        public void close(OpenRing ring) throws IOException {
            feeder.end();
            open = null;
            ring.close();
        }

        @Override
        public void deleted(OpenRing last) throws IOException {
            Removal.of(last == null ? damaged : last.file(), settings.file(), ledger, log);
        }
    }
}
