// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.fifo.Fifo;
import io.callgate.fifo.RecordListener;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The product's bundles in this JVM, and cat, echo and a program in C at the other end of its FIFOs. */
final class FifoRig implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<String> SHARED = List.of("io.callgate.linux", "io.callgate.fifo");
    private static final String STATUS = "io.callgate.resource.ResourceStatus";

    final InProcess framework;
    private final Path configs;
    private final Path peer;
    private final List<Path> configured = new ArrayList<>();
    private final List<Process> running = new ArrayList<>();
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();

    FifoRig(Path home) throws Exception {
        configs = Files.createDirectories(home.resolve("data/configs"));
        peer = home.resolve("peer");
        Path source = home.resolve("peer.c");
        try (InputStream in = FifoRig.class.getResourceAsStream("/fifo/peer.c")) {
            Files.copy(in, source);
        }
        ran("gcc", "-O1", "-Wall", "-Werror", "-o", peer.toString(), source.toString());
        framework = new InProcess(
                Image.built(),
                home,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(";version=0.1.0,", SHARED) + ";version=0.1.0",
                        "callgate.handover.millis",
                        "20000"));
        framework.start(Image.built().startList().stream()
                .filter(jar -> SHARED.stream()
                        .noneMatch(name -> jar.getFileName().toString().startsWith(name + ".api-")))
                .toList());
    }

    /** Runs a program to its end; what it printed. */
    static String ran(String... command) throws IOException {
        Ran ran = Ran.of(PATIENCE, List.of(command));
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + ran.text());
        }
        return ran.text();
    }

    /** Writes a configuration as a person would. */
    void configure(String name, String json) throws IOException {
        Path file = configs.resolve(Fifo.PID + "~" + name + ".json");
        configured.add(file);
        Files.writeString(file, json);
    }

    /** A FIFO that is read or written, with more settings if there are any. */
    Fifo fifo(String name, Path path, String access, String more) throws IOException {
        configure(name, "{\"path\": \"" + path + "\", \"access\": \"" + access + "\"" + more + "}");
        return fifo(name);
    }

    Fifo fifo(String name) {
        return (Fifo) framework.service(Fifo.class.getName(), "(callgate.name=" + name + ")");
    }

    void delete(String name) throws IOException {
        Files.delete(configs.resolve(Fifo.PID + "~" + name + ".json"));
        awaitNoStatus(Fifo.PID + "~" + name);
    }

    private void awaitNoStatus(String pid) {
        Await.until(pid + " has gone", () -> framework.find(STATUS, "(callgate.pid=" + pid + ")") == null);
    }

    /** Waits until a configuration waits, and says why. */
    String reason(String name) throws Exception {
        Object status = framework.service(STATUS, "(&(callgate.name=" + name + ")(callgate.state=waiting))");
        Method reason = status.getClass().getInterfaces()[0].getMethod("reason"); // the framework's type, not ours
        Await.until("why " + name + " waits", () -> !"".equals(reason.invoke(status)));
        return (String) reason.invoke(status);
    }

    <L> ServiceRegistration<L> listen(Class<L> type, L listener, String fifo, int ranking) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(RecordListener.FIFO, fifo);
        properties.put(Constants.SERVICE_RANKING, ranking);
        ServiceRegistration<L> registration = framework.context().registerService(type, listener, properties);
        registered.add(registration);
        return registration;
    }

    void unlisten(ServiceRegistration<?> registration) {
        registered.remove(registration);
        registration.unregister();
    }

    /** The C program, started and not waited for. */
    Process peer(String work, Path path, long count, String... form) throws IOException {
        List<String> command = new ArrayList<>(List.of(peer.toString(), work, path.toString(), Long.toString(count)));
        command.addAll(List.of(form));
        return start(command.toArray(String[]::new));
    }

    Process start(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        running.add(process);
        return process;
    }

    static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new AssertionError("the peer has ended");
        }
        return line;
    }

    static String text(ByteBuffer record) {
        return StandardCharsets.UTF_8.decode(record.duplicate()).toString();
    }

    /** After each test: listeners, peers and configurations go. */
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
    }
}
