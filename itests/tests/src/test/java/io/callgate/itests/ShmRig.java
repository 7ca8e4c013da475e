// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import io.callgate.shm.Board;
import io.callgate.shm.Region;
import io.callgate.shm.Ring;
import io.callgate.shm.RingListener;
import io.callgate.shm.RingMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The product's bundles in this JVM, and programs in C at the other end of its shared memory. */
final class ShmRig implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String PROVIDER = "io.callgate.shm.provider";
    private static final List<String> SHARED = List.of("io.callgate.linux", "io.callgate.shm");
    private static final String STATUS = "io.callgate.resource.ResourceStatus";
    private static final int HEADER = 16;

    final InProcess framework;
    final Path home;
    private final Path configs;
    private final Path peer;
    private final List<Path> configured = new ArrayList<>();
    private final List<Process> running = new ArrayList<>();
    private final List<ServiceRegistration<?>> registered = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    ShmRig(Path home) throws Exception {
        this.home = home;
        configs = Files.createDirectories(home.resolve("data/configs"));
        peer = program("peer");
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

    /** Compiles a program of the test resources. */
    Path program(String name) throws IOException {
        Path source = home.resolve(name + ".c");
        try (InputStream in = ShmRig.class.getResourceAsStream("/shm/" + name + ".c")) {
            Files.copy(in, source);
        }
        Path header = Image.root().resolve("bundles/shm/provider/src/main/resources/include");
        Path program = home.resolve(name);
        ran("gcc", "-Wall", "-Wextra", "-Werror", "-O2", "-I" + header, "-o", program.toString(), source.toString());
        return program;
    }

    /** Runs a program to its end; what it printed. */
    static String ran(String... command) throws IOException {
        Ran ran = Ran.of(PATIENCE, List.of(command));
        if (ran.status() != 0) {
            throw new AssertionError(Arrays.toString(command) + ": " + ran.text());
        }
        return ran.text();
    }

    /** A new name below /dev/shm, whose file goes after the test. */
    Path file(String name) {
        Path file = Path.of("/dev/shm", "callgate-it-" + ProcessHandle.current().pid() + "-" + name);
        files.add(file);
        files.add(file.resolveSibling(file.getFileName() + ".seen"));
        return file;
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

    Ring ring(String name) {
        return (Ring) framework.service(Ring.class.getName(), "(callgate.name=" + name + ")");
    }

    Board board(String name) {
        return (Board) framework.service(Board.class.getName(), "(callgate.name=" + name + ")");
    }

    Region region(String name) {
        return (Region) framework.service(Region.class.getName(), "(callgate.name=" + name + ")");
    }

    /** Waits until a configuration waits, and says why. */
    String reason(String name) throws Exception {
        Object status = framework.service(STATUS, "(&(callgate.name=" + name + ")(callgate.state=waiting))");
        Method reason = status.getClass().getInterfaces()[0].getMethod("reason"); // the framework's type, not ours
        Await.until("why " + name + " waits", () -> !"".equals(reason.invoke(status)));
        return (String) reason.invoke(status);
    }

    ServiceRegistration<?> listen(String ring, int ranking, RingListener listener) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(RingListener.RING, ring);
        properties.put(Constants.SERVICE_RANKING, ranking);
        ServiceRegistration<?> registration =
                framework.context().registerService(RingListener.class, listener, properties);
        registered.add(registration);
        return registration;
    }

    void unlisten(ServiceRegistration<?> registration) {
        registered.remove(registration);
        registration.unregister();
    }

    private List<String> command(String work, Path file, long a, long b) {
        return List.of(peer.toString(), work, file.toString(), Long.toString(a), Long.toString(b));
    }

    /** A peer, started and not waited for. */
    Process peer(String work, Path file, long a, long b) throws IOException {
        Process process = new ProcessBuilder(command(work, file, a, b))
                .redirectErrorStream(true)
                .start();
        running.add(process);
        return process;
    }

    /** A peer that has said that it is at work. */
    Process started(String work, Path file, long a, long b) throws IOException {
        Process process = peer(work, file, a, b);
        String line = line(process.inputReader());
        if (!line.matches("producing|consuming|claimed|writing")) {
            throw new AssertionError("peer " + work + ": " + line);
        }
        return process;
    }

    /** What a peer prints up to its end. */
    String peerRan(String work, Path file, long a, long b) throws IOException {
        return ran(command(work, file, a, b).toArray(String[]::new));
    }

    static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Waits for the next line that a peer prints. */
    static String line(BufferedReader reader) throws IOException {
        String line = reader.readLine();
        if (line == null) {
            throw new AssertionError("the peer has ended");
        }
        return line;
    }

    Bundle provider() {
        return framework.bundle(PROVIDER);
    }

    /** All threads of this JVM that a ring has made. */
    static List<String> ringThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("callgate-ring"))
                .sorted()
                .toList();
    }

    /** After each test: listeners, peers, configurations and files go. */
    void tidyUp() throws Exception {
        List.copyOf(registered).forEach(this::unlisten);
        for (Process process : running) {
            kill(process);
        }
        running.clear();
        for (Path each : configured) {
            Files.deleteIfExists(each);
        }
        for (Path each : configured) {
            awaitNoStatus(each.getFileName().toString().replaceAll("\\.json$", ""));
        }
        configured.clear();
        for (Path each : files) {
            Files.deleteIfExists(each);
        }
        files.clear();
    }

    @Override
    public void close() throws Exception {
        framework.close();
    }

    /** The length of message number N, as the peers have it. */
    static int lengthOf(long number, int longest) {
        return HEADER + (int) (number * 7919 % (longest - HEADER + 1));
    }

    /** Writes what a message has inside, as the peers do. */
    static void fill(ByteBuffer to, long producer, long number, int length) {
        int at = to.position();
        to.putLong(at, producer).putLong(at + Long.BYTES, number);
        for (int i = 0; i < length - HEADER; i++) {
            to.put(at + HEADER + i, (byte) (number * 31 + producer + i));
        }
    }

    /** Looks into every message: whole, in order, none missing; from each producer. Of one thread at a time. */
    static final class Witness {

        private final Map<Long, Long> last = new HashMap<>();
        private volatile String fault = "";
        private volatile long messages;

        void see(RingMessage message) {
            ByteBuffer bytes = message.bytes();
            int at = bytes.position();
            see(bytes, at, message.type(), message.length());
        }

        void see(ByteBuffer bytes, int at, int type, int length) {
            if (type != 1 || length < HEADER) {
                fault("type " + type + " of " + length + " bytes");
                return;
            }
            long producer = bytes.getLong(at);
            long number = bytes.getLong(at + Long.BYTES);
            for (int i = 0; i < length - HEADER; i++) {
                if (bytes.get(at + HEADER + i) != (byte) (number * 31 + producer + i)) {
                    fault("torn: message " + number + " of " + producer + " at byte " + i + " of " + length);
                    return;
                }
            }
            Long before = last.put(producer, number);
            if (before != null && before + 1 != number) {
                fault("message " + number + " of " + producer + " follows " + before);
            }
            messages++; // by one thread
        }

        private void fault(String what) {
            if (fault.isEmpty()) {
                fault = what;
            }
        }

        /** The first thing that was wrong; empty if nothing was. */
        String fault() {
            return fault;
        }

        long messages() {
            return messages;
        }

        /** Of a producer; only when nothing comes any more. */
        long last(long producer) {
            return last.getOrDefault(producer, 0L);
        }
    }
}
