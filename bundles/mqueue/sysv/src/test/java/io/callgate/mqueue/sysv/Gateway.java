// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Architecture;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The provider on a fake kernel with a fake /proc in a temporary folder. */
final class Gateway {

    static final String NAME = "jobs";
    static final int KEY = 0x2a;
    static final int DELETED = 4;
    static final int STOPPED = 6;

    final FakeQueues queues = new FakeQueues();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    final QueueCalls calls = new QueueCalls(queues.kernel, queues.kernel, Abi.of(Architecture.X86_64));
    final Path proc;
    final Path storage;

    Gateway(Path folder) throws IOException {
        proc = folder.resolve("proc");
        storage = folder.resolve("storage");
        file("sys/kernel/random/boot_id", "11111111-2222");
        file("sys/kernel/msgmax", "8192");
        file("sys/kernel/msgmnb", "16384");
        file("sys/kernel/msgmni", "32000");
        file("self/status", "CapEff:\t0000000000000000\nSigCgt:\t2000000000000000\n");
        file(
                "sysvipc/msg",
                "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid"
                        + "      stime      rtime      ctime\n");
    }

    void file(String path, String content) throws IOException {
        Path file = proc.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** As after the start of the gateway, or of the bundle; the key is 0x2a unless another one, or a path, is named. */
    SysvQueueComponent configure(Object... keysAndValues) throws IOException {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put("key", "0x2a");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        Map<String, Object> properties = new HashMap<>(configuration);
        properties.put("service.pid", MessageQueue.SYSTEM_V_PID + "~" + NAME);
        return new SysvQueueComponent(
                new ConfiguredResource(registry.context(), properties, log.logger()),
                config(configuration),
                calls,
                new Proc(proc),
                storage,
                new SysvQueueComponent.Surroundings(queues.kernel, dispatcher, queues, log.logger()));
    }

    /** What Declarative Services makes of a configuration. */
    private static SysvQueueComponent.Config config(Map<String, Object> configuration) {
        return (SysvQueueComponent.Config) Proxy.newProxyInstance(
                Gateway.class.getClassLoader(),
                new Class<?>[] {SysvQueueComponent.Config.class},
                (self, method, arguments) -> configuration.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    FakeQueues.Queue made() {
        return queues.queues.get(KEY);
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

    static Map<String, Object> service(long id, int ranking, String queue) {
        return Map.of("service.id", id, "service.ranking", ranking, MessageListener.QUEUE, queue);
    }
}
