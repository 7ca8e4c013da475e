// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import io.callgate.mqueue.MessageListener;
import io.callgate.mqueue.MessageQueue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The product's bundles in this JVM, and programs in C and Python at the other end of its queues. */
final class MqueueRig implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> SHARED = List.of("io.callgate.linux", "io.callgate.mqueue");

    private static final String STATUS = "io.callgate.resource.ResourceStatus";

    final InProcess framework;
    private final Path configs;
    private final Path peer;
    private final Path python;
    private final Path files;
    private final boolean mounted; // by us
    private final List<Path> configured = new ArrayList<>();
    private final List<Process> running = new ArrayList<>();
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();

    MqueueRig(Path home) throws Exception {
        configs = Files.createDirectories(home.resolve("data/configs"));
        peer = home.resolve("peer");
        python = resource("peer.py", home.resolve("peer.py"));
        ran(List.of(
                "gcc",
                "-O1",
                "-o",
                peer.toString(),
                resource("peer.c", home.resolve("peer.c")).toString(),
                "-lrt"));
        files = home.resolve("mqueue");
        mounted = mount(files);
        framework = new InProcess(
                Image.built(),
                home,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(";version=0.1.0,", SHARED) + ";version=0.1.0"));
        framework.start(Image.built().startList().stream()
                .filter(jar -> SHARED.stream()
                        .noneMatch(name -> jar.getFileName().toString().startsWith(name + ".api-")))
                .toList());
    }

    private static Path resource(String name, Path to) throws IOException {
        try (InputStream in = MqueueRig.class.getResourceAsStream("/mqueue/" + name)) {
            Files.copy(in, to);
        }
        return to;
    }

    /** Mounts the queues as files, unless they are; false if that is not permitted. */
    private static boolean mount(Path folder) throws IOException {
        if (Files.readAllLines(Path.of("/proc/self/mounts")).stream().anyMatch(line -> line.contains(" mqueue "))) {
            return false;
        }
        Files.createDirectories(folder);
        return Ran.of(PATIENCE, List.of("mount", "-t", "mqueue", "none", folder.toString()))
                        .status()
                == 0;
    }

    /** Runs a program to its end; what it printed. */
    static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(PATIENCE, command);
        if (ran.status() != 0) {
            throw new AssertionError(command + ": " + ran.text());
        }
        return ran.text();
    }

    /** Writes a configuration as a person would. */
    void configure(String pid, String json) throws IOException {
        Path file = configs.resolve(pid + ".json");
        configured.add(file);
        Files.writeString(file, json);
    }

    void delete(String pid) throws IOException {
        Files.delete(configs.resolve(pid + ".json"));
        awaitNoStatus(pid);
    }

    private void awaitNoStatus(String pid) {
        Await.until(pid + " has gone", () -> framework.find(STATUS, "(callgate.pid=" + pid + ")") == null);
    }

    MessageQueue queue(String name) {
        return (MessageQueue) framework.service(MessageQueue.class.getName(), "(callgate.name=" + name + ")");
    }

    boolean isLive(String name) throws Exception {
        return framework.find(MessageQueue.class.getName(), "(callgate.name=" + name + ")") != null;
    }

    /** Waits until a configuration waits, and says why. */
    String reason(String name) throws Exception {
        Object status = framework.service(STATUS, "(&(callgate.name=" + name + ")(callgate.state=waiting))");
        Method reason = status.getClass().getInterfaces()[0].getMethod("reason"); // the framework's type, not ours
        Await.until("why " + name + " waits", () -> !"".equals(reason.invoke(status)));
        return (String) reason.invoke(status);
    }

    ServiceRegistration<?> listen(String queue, int ranking, MessageListener listener) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(MessageListener.QUEUE, queue);
        properties.put(Constants.SERVICE_RANKING, ranking);
        ServiceRegistration<?> registration =
                framework.context().registerService(MessageListener.class, listener, properties);
        registered.add(registration);
        return registration;
    }

    void unlisten(ServiceRegistration<?> registration) {
        registered.remove(registration);
        registration.unregister();
    }

    /** A peer, started and not waited for. */
    Process peer(String kind, String work, String queue, long count, long number) throws IOException {
        Process process = new ProcessBuilder(
                        peer.toString(), kind, work, queue, Long.toString(count), Long.toString(number))
                .redirectErrorStream(true)
                .start();
        running.add(process);
        return process;
    }

    /** What a peer prints up to its end. */
    String peerRan(String kind, String work, String queue, long count, long number) throws IOException {
        return ran(List.of(peer.toString(), kind, work, queue, Long.toString(count), Long.toString(number)));
    }

    /** Whether there is a Python to be the other end. */
    static boolean hasPython() {
        try {
            return Ran.of(PATIENCE, List.of("python3", "-c", "import ctypes")).status() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    void python(String kind, String queue, String text, long number) throws IOException {
        ran(List.of("python3", python.toString(), kind, queue, text, Long.toString(number)));
    }

    /** Waits for the next line that a peer prints. */
    static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new AssertionError("the peer has ended");
        }
        return line;
    }

    Bundle bundle(String name) {
        return framework.bundle(name);
    }

    /** All threads of this JVM that a queue has made. */
    static List<String> queueThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("callgate-queue"))
                .sorted()
                .toList();
    }

    /** After each test: listeners, peers and configurations go; the queues with these. */
    void tidyUp() throws IOException {
        List.copyOf(registered).forEach(this::unlisten);
        running.forEach(Process::destroyForcibly);
        running.clear();
        for (Path each : configured) {
            Files.deleteIfExists(each);
        }
        for (Path each : configured) {
            awaitNoStatus(each.getFileName().toString().replaceAll("\\.json$", ""));
        }
        configured.clear();
    }

    @Override
    public void close() throws Exception {
        framework.close();
        if (mounted) {
            ran(List.of("umount", files.toString()));
        }
    }
}
