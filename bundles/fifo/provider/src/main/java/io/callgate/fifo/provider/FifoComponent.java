// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import io.callgate.fifo.Fifo;
import io.callgate.fifo.Peer;
import io.callgate.fifo.PeerEvent;
import io.callgate.fifo.PeerListener;
import io.callgate.fifo.RecordListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.resource.Broadcast;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Reasons;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
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

/** One configuration: a FIFO, and the listeners that name it. */
@Component(
        service = {},
        configurationPid = Fifo.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = FifoComponent.Config.class, factory = true)
public final class FifoComponent {

    /** A FIFO that becomes a service. */
    @ObjectClassDefinition(name = "FIFO", description = "A FIFO (named pipe) that becomes a service")
    public @interface Config {

        /** Where it is. */
        @AttributeDefinition(description = "Path of the FIFO, for example /run/orders")
        String path();

        /** May it be made. */
        @AttributeDefinition(required = false, description = "Whether the FIFO is made if there is none")
        boolean create() default true;

        /** Who else may. */
        @AttributeDefinition(
                required = false,
                description = "Permission bits of a FIFO that is made, in octal; the umask has no say")
        String mode() default "0600";

        /** Which direction. */
        @AttributeDefinition(
                required = false,
                description =
                        "What the gateway does with it; both: it holds both ends, so that others never wait for it",
                options = {
                    @Option(label = "read", value = "read"),
                    @Option(label = "write", value = "write"),
                    @Option(label = "both", value = "both")
                })
        String access() default "read";

        /** How records are told apart. */
        @AttributeDefinition(
                required = false,
                description =
                        "How one record is told from the next: line: a newline after each; length: its length before"
                                + " it; fixed: all have recordBytes; raw: not at all",
                options = {
                    @Option(label = "line", value = "line"),
                    @Option(label = "length", value = "length"),
                    @Option(label = "fixed", value = "fixed"),
                    @Option(label = "raw", value = "raw")
                })
        String framing() default "line";

        /** How long. */
        @AttributeDefinition(
                required = false,
                min = "1",
                max = "1048576",
                description = "Bytes of the longest record, or of each if they are fixed, without framing")
        int recordBytes() default 4096;

        /** For framing by length. */
        @AttributeDefinition(
                required = false,
                min = "1",
                max = "4",
                description = "Bytes of the length before a record")
        int lengthBytes() default 4;

        /** For framing by length. */
        @AttributeDefinition(
                required = false,
                description = "Order of the bytes of the length before a record",
                options = {
                    @Option(label = "this machine's", value = "native"),
                    @Option(label = "big endian", value = "big"),
                    @Option(label = "little endian", value = "little")
                })
        String lengthOrder() default "native";

        /** Is anybody else writing. */
        @AttributeDefinition(
                required = false,
                description = "many: records of more than 4096 bytes (PIPE_BUF) with framing are refused, since others'"
                        + " might come in between; one: the gateway alone writes",
                options = {@Option(label = "many", value = "many"), @Option(label = "one", value = "one")})
        String writers() default "many";

        /** How much it holds. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Bytes that the pipe holds at least; 0: the kernel's default, 65536")
        int pipeBytes() default 0;
    }

    private static final int EVENTS = 64;

    private final ConfiguredResource resource;
    private final String name;
    private final Broadcast<PeerListener> peers;
    private final Feeder feeder;
    private final FifoLife life; // null if the configuration cannot be used

    /** Opens the FIFO, and goes on trying if it cannot be opened now. */
    @Activate
    public FifoComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference LinuxFiles files,
            @Reference LinuxWaiting waiting,
            @Reference EventLoop loop,
            @Reference KeptHandles handles,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                new ConfiguredResource(context, properties, log),
                config,
                new FifoLife.Surroundings(
                        new Opener(
                                new FifoCalls(calls, memory, files, waiting, Path.of("/proc/self/fd")),
                                handles,
                                Path.of("/proc")),
                        handles,
                        loop,
                        dispatcher,
                        log));
    }

    FifoComponent(ConfiguredResource resource, Config config, FifoLife.Surroundings around) throws IOException {
        this.resource = resource;
        this.name = resource.status().name();
        this.peers = new Broadcast<>(around.dispatcher(), EVENTS);
        this.feeder = new Feeder(around.dispatcher(), around.loop(), around.log());
        FifoLife begun = null;
        try {
            begun = life(config, around);
            if (begun != null) {
                begun.begin();
            }
        } catch (IOException | RuntimeException e) { // nobody will close what was made so far
            end(begun, true);
            throw e;
        }
        this.life = begun;
    }

    private FifoLife life(Config config, FifoLife.Surroundings around) {
        try {
            Settings settings = Settings.of(config);
            PeerState peer = new PeerState(settings.access() != Access.BOTH, now -> tell(now, around.log()));
            return new FifoLife(resource, settings, feeder, peer, around);
        } catch (InvalidSettingException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    private void tell(Peer now, Logger log) {
        log.debug("the peer of {} is {}", name, now);
        Instant time = Instant.now();
        peers.send(
                properties -> Broadcast.names(properties, PeerListener.FIFO).contains(name),
                (listener, lost) -> listener.peer(new PeerEvent(name, now, time, lost)));
    }

    /** A listener of records has come; it may be for another FIFO. */
    @Reference(
            name = "records",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedRecords",
            unbind = "removeRecords")
    public void addRecords(RecordListener listener, Map<String, Object> properties) {
        if (Broadcast.names(properties, RecordListener.FIFO).contains(name)) {
            feeder.add(listener, properties);
        }
    }

    /** A listener has other properties. */
    public void updatedRecords(RecordListener listener, Map<String, Object> properties) {
        feeder.remove(properties);
        addRecords(listener, properties);
    }

    /** A listener has left. */
    public void removeRecords(RecordListener listener, Map<String, Object> properties) {
        feeder.remove(properties);
    }

    /** A listener of peers has come. */
    @Reference(
            name = "peers",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updatedPeers",
            unbind = "removePeers")
    public void addPeers(PeerListener listener, Map<String, Object> properties) {
        peers.add(listener, properties);
    }

    /** A listener has other properties. */
    public void updatedPeers(PeerListener listener, Map<String, Object> properties) {
        peers.remove(listener, properties);
        peers.add(listener, properties);
    }

    /** A listener has left. */
    public void removePeers(PeerListener listener, Map<String, Object> properties) {
        peers.remove(listener, properties);
    }

    /** Ends the service; what is open is left to a successor unless the configuration was deleted. */
    @Deactivate
    public void close(int reason) {
        end(life, Reasons.isForGood(reason));
    }

    private void end(FifoLife which, boolean release) {
        if (which == null) {
            resource.close();
        } else {
            which.close(release);
        }
        peers.close();
    }
}
