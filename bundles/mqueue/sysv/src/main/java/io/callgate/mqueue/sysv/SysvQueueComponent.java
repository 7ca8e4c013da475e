// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Architecture;
import io.callgate.linux.EventLoop;
import io.callgate.linux.LinuxCalls;
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

/** One configuration: a System V queue, and the listeners that name it. */
@Component(
        service = {},
        configurationPid = MessageQueue.SYSTEM_V_PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = SysvQueueComponent.Config.class, factory = true)
public final class SysvQueueComponent {

    /** A System V message queue that becomes a service. */
    @ObjectClassDefinition(
            name = "System V message queue",
            description = "A System V message queue that becomes a service")
    public @interface Config {

        /** By what others know it. */
        @AttributeDefinition(
                required = false,
                description = "Key by which other programs know it, a number of 32 bits: 42 or 0x2a")
        String key() default "";

        /** By what others know it. */
        @AttributeDefinition(
                required = false,
                description = "Instead of a key: the file of which they make one by ftok(3)")
        String path() default "";

        /** Which of several. */
        @AttributeDefinition(
                required = false,
                description = "With a path: the second argument of ftok(3), a letter or a number from 1 to 255")
        String project() default "1";

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
        @AttributeDefinition(required = false, description = "Permission bits of a new queue, in octal")
        String mode() default "0600";

        /** How much. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Bytes that a new queue takes, all messages together; 0: kernel.msgmnb, 16384")
        int maxBytes() default 0;

        /** How long. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "Bytes of the longest message that is sent or received; 0: kernel.msgmax, 8192")
        int maxMessageBytes() default 0;

        /** What listeners get. */
        @AttributeDefinition(
                required = false,
                description = "Types of messages that listeners get: any, 5, <=5 (the lowest first) or !=5")
        String select() default "any";

        /** Does it go with the configuration. */
        @AttributeDefinition(
                required = false,
                description = "Whether the queue is removed, with its messages, when this configuration is deleted",
                options = {
                    @Option(label = "never", value = "never"),
                    @Option(label = "if it was created by it", value = "created"),
                    @Option(label = "always", value = "always")
                })
        String unlink() default "created";
    }

    private final ConfiguredResource resource;
    private final Feeder feeder; // null as life
    private final QueueLife life; // null if the configuration cannot be used

    /** Opens the queue, and goes on trying if it cannot be opened now. */
    @Activate
    public SysvQueueComponent(
            BundleContext context,
            Config config,
            Map<String, Object> properties,
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                new ConfiguredResource(context, properties, log),
                config,
                new QueueCalls(calls, memory, Abi.of(Architecture.current())),
                new Proc(Path.of("/proc")),
                storage(context.getDataFile("created")),
                new Surroundings(loop, dispatcher, Time.SYSTEM, log));
    }

    /** What is the same for all queues. */
    record Surroundings(EventLoop loop, Dispatcher dispatcher, Time time, Logger log) {}

    SysvQueueComponent(
            ConfiguredResource resource, Config config, QueueCalls calls, Proc proc, Path storage, Surroundings around)
            throws IOException {
        this.resource = resource;
        Settings settings = settings(config);
        if (settings == null) {
            this.feeder = null;
            this.life = null;
            return;
        }
        this.feeder = new Feeder(settings.select(), around.log);
        this.life = new QueueLife(
                resource,
                settings,
                new Ledger(storage, resource.status().name(), proc),
                feeder,
                new QueueLife.Surroundings(
                        new Opener(calls, proc), calls, around.loop, around.dispatcher, around.time, around.log));
        life.begin();
    }

    private Settings settings(Config config) {
        try {
            return Settings.of(config);
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
        if (feeder != null
                && Broadcast.names(properties, MessageListener.QUEUE)
                        .contains(resource.status().name())) {
            feeder.add(listener, properties);
        }
    }

    /** A listener has other properties. */
    public void updated(MessageListener listener, Map<String, Object> properties) {
        remove(listener, properties);
        add(listener, properties);
    }

    /** A listener has left. */
    public void remove(MessageListener listener, Map<String, Object> properties) {
        if (feeder != null) {
            feeder.remove(properties);
        }
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
