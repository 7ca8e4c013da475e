// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.harness.Ran;
import io.callgate.linux.KeptHandles;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.Rtnetlink;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/** The product's bundles in this JVM, looking at a network namespace of the test's own, which iproute2 changes. */
final class NetlinkRig implements AutoCloseable {

    static final String PROVIDER = "io.callgate.netlink.provider";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> SHARED = List.of("io.callgate.linux", "io.callgate.netlink");
    private static final String STATUS = "io.callgate.resource.ResourceStatus";

    final String namespace = "callgate-it-" + ProcessHandle.current().pid();
    final NetlinkSettings settings = NetlinkSettings.DEFAULT.in(Path.of("/run/netns", namespace));
    final InProcess framework;
    private final Path home;
    private final Path configs;
    private final List<Process> running = new ArrayList<>();

    private NetlinkRig(Path home) throws Exception {
        this.home = home;
        this.configs = Files.createDirectories(home.resolve("data/configs"));
        configureBuffer(32 << 20);
        framework = new InProcess(
                Image.built(),
                home,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(";version=0.1.0,", SHARED) + ";version=0.1.0",
                        KeptHandles.HANDOVER,
                        "10000")); // builds may run beside the test
        framework.start(Image.built().startList().stream()
                .filter(jar -> SHARED.stream()
                        .noneMatch(name -> jar.getFileName().toString().startsWith(name + ".api-")))
                .toList());
    }

    /** Makes the namespace and starts the product. */
    static NetlinkRig start(Path home) throws Exception {
        String name = "callgate-it-" + ProcessHandle.current().pid();
        ran(List.of("ip", "netns", "add", name));
        try {
            return new NetlinkRig(home);
        } catch (Exception | Error e) {
            ran(List.of("ip", "netns", "del", name));
            throw e;
        }
    }

    /** Why there can be no namespace here, empty if there can. */
    static String hindrance() throws IOException {
        String name = "callgate-try-" + ProcessHandle.current().pid();
        try {
            Ran made = Ran.of(PATIENCE, List.of("ip", "netns", "add", name));
            if (made.status() != 0) {
                return "no network namespace can be made (root, and a kernel with CONFIG_NET_NS): " + made.text();
            }
            ran(List.of("ip", "netns", "del", name));
            return "";
        } catch (IOException e) {
            return "there is no ip (apt-get install iproute2)";
        }
    }

    /** Runs a program to its end; what it printed. */
    static String ran(List<String> command) throws IOException {
        Ran ran = Ran.of(PATIENCE, command);
        if (ran.status() != 0) {
            throw new AssertionError(command + ": " + ran.text());
        }
        return ran.text();
    }

    private List<String> ipCommand(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
        command.addAll(List.of(arguments));
        return command;
    }

    /** iproute2 in the namespace. */
    String ip(String... arguments) throws IOException {
        return ran(ipCommand(arguments));
    }

    /** What iproute2 says in JSON. */
    List<JsonObject> json(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-j", "-d"));
        all.addAll(List.of(arguments));
        return objects(ip(all.toArray(String[]::new)));
    }

    static List<JsonObject> objects(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readArray().stream()
                    .map(JsonValue::asJsonObject)
                    .filter(object -> !object.isEmpty()) // what iproute2 passed over
                    .toList();
        }
    }

    /** Many commands in one process; those that fail are passed over. */
    void batch(List<String> commands) throws IOException {
        Path file = home.resolve("batch");
        Files.write(file, commands);
        Ran.of(PATIENCE, ipCommand("-force", "-batch", file.toString()));
    }

    /** A program of the test's resources in C, in the namespace; what it printed. */
    String peer(String name, List<String> arguments) throws IOException {
        Path program = home.resolve(name);
        if (!Files.exists(program)) {
            Path source = home.resolve(name + ".c");
            try (InputStream in = NetlinkRig.class.getResourceAsStream("/netlink/" + name + ".c")) {
                Files.copy(in, source);
            }
            ran(List.of("gcc", "-O1", "-Wall", "-o", program.toString(), source.toString()));
        }
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace, program.toString()));
        command.addAll(arguments);
        return ran(command);
    }

    /** {@code ip monitor}, which is listening when this returns. */
    Process monitor(String what) throws IOException {
        Process process = new ProcessBuilder(ipCommand("-o", "monitor", what))
                .redirectErrorStream(true)
                .start();
        running.add(process);
        Await.until("ip monitor listens", () -> ports().contains(process.pid()));
        return process;
    }

    /** Ports of all netlink sockets in the namespace, of routes' family. */
    List<Long> ports() throws IOException {
        return ran(List.of("ip", "netns", "exec", namespace, "cat", "/proc/net/netlink"))
                .lines()
                .map(line -> line.trim().split("\\s+"))
                .filter(words -> words.length > 3 && words[1].equals("0") && !words[2].equals("0"))
                .map(words -> Long.parseLong(words[2]))
                .toList();
    }

    /** Waits for a line with these words. */
    static String line(BufferedReader lines, String... words) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (List.of(words).stream().allMatch(line::contains)) {
                return line;
            }
        }
        throw new AssertionError("the program ended without a line with " + List.of(words));
    }

    Netlink netlink() {
        return (Netlink) framework.service(Netlink.class.getName(), null);
    }

    Rtnetlink rtnetlink() {
        return (Rtnetlink) framework.service(Rtnetlink.class.getName(), null);
    }

    private void configureBuffer(int bytes) throws IOException {
        configure(Rtnetlink.PID, "{\"namespace\": \"/run/netns/" + namespace + "\", \"receiveBuffer\": " + bytes + "}");
    }

    /** Another receive buffer: the tables begin anew, with a new service. */
    void buffer(int bytes) throws IOException {
        Object before = rtnetlink();
        configureBuffer(bytes);
        Await.until("the tables have begun anew", () -> rtnetlink() != before);
    }

    /** What a command of the shell says, also of what it refuses. */
    String shell(String line) {
        try {
            return framework.shell(line);
        } catch (Exception e) {
            return e.getMessage();
        }
    }

    /** Writes a configuration as a person would. */
    void configure(String pid, String json) throws IOException {
        Files.writeString(configs.resolve(pid + ".json"), json);
    }

    void delete(String pid) throws IOException {
        Files.delete(configs.resolve(pid + ".json"));
        Await.until(pid + " has gone", () -> framework.find(STATUS, "(callgate.pid=" + pid + ")") == null);
    }

    /** Waits until a configuration is live. */
    void live(String name) {
        framework.service(STATUS, "(&(callgate.name=" + name + ")(callgate.state=live))");
    }

    /** Waits until a configuration waits, and says why. */
    String reason(String name) throws Exception {
        Object status = framework.service(STATUS, "(&(callgate.name=" + name + ")(callgate.state=waiting))");
        Method reason = status.getClass().getInterfaces()[0].getMethod("reason"); // the framework's type, not ours
        Await.until("why " + name + " waits", () -> !"".equals(reason.invoke(status)));
        return (String) reason.invoke(status);
    }

    <L> ServiceRegistration<L> listen(Class<L> type, L listener, Map<String, ?> properties) {
        return framework.context().registerService(type, listener, new Hashtable<>(properties));
    }

    void update() {
        InProcess.update(framework.bundle(PROVIDER));
    }

    /** Back to a namespace with lo alone, without a rule or neighbour of ours. */
    void tidyUp() throws IOException {
        running.forEach(Process::destroyForcibly);
        running.clear();
        List<String> commands = new ArrayList<>(List.of("link del group 77")); // many at once are quicker
        for (JsonObject link : json("link", "show")) {
            commands.add("link del dev " + link.getString("ifname"));
        }
        commands.add("link set lo down");
        commands.add("rule flush");
        commands.add("rule add pref 32766 table main");
        commands.add("rule add pref 32767 table default");
        commands.add("route flush table all");
        batch(commands);
        for (String command :
                List.of("-6 rule flush", "-6 rule add pref 32766 table main", "-6 route flush table all")) {
            Ran.of(PATIENCE, ipCommand(command.split(" "))); // there may be none
        }
    }

    @Override
    public void close() throws Exception {
        running.forEach(Process::destroyForcibly);
        try {
            framework.close();
        } finally {
            ran(List.of("ip", "netns", "del", namespace));
        }
    }
}
