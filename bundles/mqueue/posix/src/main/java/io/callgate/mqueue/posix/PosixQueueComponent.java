// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Architecture;
import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import io.callgate.resource.Broadcast;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.InvalidSettingException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.ComponentConstants;
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

/** One configuration: a POSIX queue, and the listeners that name it. */
@Component(
        service = {},
        configurationPid = MessageQueue.POSIX_PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = PosixQueueComponent.Config.class, factory = true)
public final class PosixQueueComponent {

    /** A POSIX message queue that becomes a service. */
    @ObjectClassDefinition(name = "POSIX message queue", description = "A POSIX message queue that becomes a service")
    public @interface Config {

        /** What others call it. */
        @AttributeDefinition(
                required = false,
                description = "Name by which other programs know it, /NAME; the configuration's own if it is empty")
        String queue() default "";

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

        /** Which direction. */
        @AttributeDefinition(
                required = false,
                description = "What the gateway does with it",
                options = {
                    @Option(label = "both", value = "both"),
                    @Option(label = "receive", value = "receive"),
                    @Option(label = "send", value = "send")
                })
        String access() default "both";

        /** Who else may. */
        @AttributeDefinition(
                required = false,
                description = "Permission bits of a new queue, in octal; the umask has no say")
        String mode() default "0600";

        /** How many. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Messages that a new queue takes; 0: fs.mqueue.msg_default, 10")
        int maxMessages() default 0;

        /** How long. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Bytes of the longest message of a new queue; 0: fs.mqueue.msgsize_default, 8192")
        int maxMessageBytes() default 0;

        /** Does it go with the configuration. */
        @AttributeDefinition(
                required = false,
                description = "Whether the queue is unlinked, with its messages, when this configuration is deleted",
                options = {
                    @Option(label = "never", value = "never"),
                    @Option(label = "if it was created by it", value = "created"),
                    @Option(label = "always", value = "always")
                })
        String unlink() default "created";
    }

    private final ConfiguredResource resource;
    private final Feeder feeder;
    private final QueueLife life; // null if the configuration cannot be used

    /** Opens the queue, and goes on trying if it cannot be opened now. */
    @Activate
    public PosixQueueComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference LinuxFiles files,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                new ConfiguredResource(context, properties, log),
                config,
                new QueueCalls(calls, memory, files, Abi.of(Architecture.current())),
                new Proc(Path.of("/proc")),
                storage(context.getDataFile("created")),
                new Surroundings(loop, dispatcher, Time.SYSTEM, log));
    }

    /** What is the same for all queues. */
    record Surroundings(EventLoop loop, Dispatcher dispatcher, Time time, Logger log) {}

    PosixQueueComponent(
            ConfiguredResource resource, Config config, QueueCalls calls, Proc proc, Path storage, Surroundings around)
            throws IOException {
        this.resource = resource;
        this.feeder = new Feeder(around.dispatcher, around.loop, around.log);
        this.life = life(config, calls, proc, storage, around);
        if (life != null) {
            life.begin();
        }
    }

    private QueueLife life(Config config, QueueCalls calls, Proc proc, Path storage, Surroundings around) {
        String name = resource.status().name();
        try {
            Settings settings = Settings.of(name, config);
            return new QueueLife(
                    resource,
                    settings,
                    new Ledger(storage, name, proc),
                    feeder,
                    new QueueLife.Surroundings(
                            new Opener(calls, proc), calls, around.loop, around.dispatcher, around.time, around.log));
        } catch (InvalidSettingException e) {
            resource.waiting(e.getMessage());
            return null;
        }
    }

    private static Path storage(File folder) {
        return folder == null ? null : folder.toPath();
    }

    /** A listener has come; it may be for another queue. */
    @Reference(
            name = "listener",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(MessageListener listener, Map<String, Object> properties) {
        if (Broadcast.names(properties, MessageListener.QUEUE)
                .contains(resource.status().name())) {
            feeder.add(listener, properties);
        }
    }

    /** A listener has other properties. */
    public void updated(MessageListener listener, Map<String, Object> properties) {
        feeder.remove(properties);
        add(listener, properties);
    }

    /** A listener has left. */
    public void remove(MessageListener listener, Map<String, Object> properties) {
        feeder.remove(properties);
    }

    /** Ends the service; the queue and its messages stay, unless the configuration was deleted and says otherwise. */
    @Deactivate
    public void close(int reason) {
        if (life == null) {
            resource.close();
        } else {
            life.close(reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
        }
    }
}
