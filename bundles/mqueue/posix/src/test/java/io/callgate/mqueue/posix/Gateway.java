// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Architecture;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The provider on a fake kernel with a fake /proc in a temporary folder; all on the test's own thread. */
final class Gateway {

    static final String NAME = "alarms";
    static final int DELETED = 4;
    static final int STOPPED = 6;

    final FakeQueues queues = new FakeQueues();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    final QueueCalls calls = new QueueCalls(queues, queues.kernel, queues.kernel, Abi.of(Architecture.X86_64));
    final Path proc;
    final Path storage;
    final Path mounted;

    Gateway(Path folder) throws IOException {
        proc = folder.resolve("proc");
        storage = folder.resolve("storage");
        mounted = Files.createDirectory(folder.resolve("mqueue"));
        file("sys/kernel/random/boot_id", "11111111-2222");
        file("sys/fs/mqueue/msg_default", "10");
        file("sys/fs/mqueue/msg_max", "10");
        file("sys/fs/mqueue/msgsize_default", "8192");
        file("sys/fs/mqueue/msgsize_max", "8192");
        file("sys/fs/mqueue/queues_max", "256");
        file("self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max open files            1024                 4096                 files
                Max msgqueue size         819200               819200               bytes
                """);
        file("self/status", "CapEff:\t0000000000000000\n");
        file("self/mounts", "proc /proc proc rw 0 0\n");
        Files.createDirectories(proc.resolve("self/fd"));
    }

    void file(String path, String content) throws IOException {
        Path file = proc.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** As after the start of the gateway, or of the bundle. */
    PosixQueueComponent configure(Object... keysAndValues) throws IOException {
        Map<String, Object> configuration = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        Map<String, Object> properties = new HashMap<>(configuration);
        properties.put("service.pid", MessageQueue.POSIX_PID + "~" + NAME);
        return new PosixQueueComponent(
                new ConfiguredResource(registry.context(), properties, log.logger()),
                config(configuration),
                calls,
                new Proc(proc),
                storage,
                new PosixQueueComponent.Surroundings(queues.kernel, dispatcher, queues, log.logger()));
    }

    /** What Declarative Services makes of a configuration. */
    private static PosixQueueComponent.Config config(Map<String, Object> configuration) {
        return (PosixQueueComponent.Config) Proxy.newProxyInstance(
                Gateway.class.getClassLoader(),
                new Class<?>[] {PosixQueueComponent.Config.class},
                (self, method, arguments) -> configuration.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    MessageQueue queue() {
        return registry.service(MessageQueue.class).orElseThrow();
    }

    boolean isLive() {
        return registry.service(MessageQueue.class).isPresent();
    }

    ResourceState state() {
        return registry.service(ResourceStatus.class).orElseThrow().state();
    }

    String reason() {
        return registry.service(ResourceStatus.class).orElseThrow().reason();
    }

    static MessageListener keeping(List<String> heard) {
        return (queue, message) -> heard.add(message.text());
    }

    static Map<String, Object> service(long id, int ranking, String queue) {
        return Map.of("service.id", id, "service.ranking", ranking, MessageListener.QUEUE, queue);
    }

    static List<String> received(MessageQueue queue) throws IOException {
        MessageBuffer buffer = queue.allocate();
        List<String> texts = new ArrayList<>();
        while (queue.receive(buffer, java.time.Duration.ZERO)) {
            texts.add(buffer.text());
        }
        return texts;
    }
}
