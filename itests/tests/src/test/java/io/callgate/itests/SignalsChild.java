// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests;

import io.callgate.itests.harness.Image;
import io.callgate.itests.harness.InProcess;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.signals.ProcessId;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import io.callgate.signals.SignalTarget;
import io.callgate.signals.Signals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/**
 * The product's bundles in a JVM that was started with signals blocked, as {@code bin/callgate} starts it; a test tells it by
 * lines what to do, and it answers by lines.
 */
public final class SignalsChild {

    private static final List<String> SHARED = List.of("io.callgate.linux", "io.callgate.signals");
    /** Of an answer; other lines are the log's. */
    static final String PREFIX = "> ";

    private static final String PROVIDER = "io.callgate.signals.provider";
    private static final int F_SETOWN = 8;
    private static final int F_SETSIG = 10;
    private static final int O_NONBLOCK = 04000;
    private static final int O_ASYNC = 020000;
    private static final int CLOCK_MONOTONIC = 1;

    private final InProcess framework;
    private final Map<String, ServiceRegistration<?>> listening = new HashMap<>();
    private final AtomicLong counted = new AtomicLong();
    private final BlockingQueue<String> permits = new LinkedBlockingQueue<>();
    private Fd[] ends; // open to the end: a close is news too

    private SignalsChild(InProcess framework) {
        this.framework = framework;
    }

    /** Argument: an empty folder. */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        InProcess framework = new InProcess(
                Image.built(),
                home,
                Map.of(
                        Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                        String.join(";version=0.1.0,", SHARED) + ";version=0.1.0"));
        framework.start(Image.built().startList().stream()
                .filter(jar -> SHARED.stream()
                        .noneMatch(name -> jar.getFileName().toString().startsWith(name + ".api-")))
                .toList());
        SignalsChild child = new SignalsChild(framework);
        child.service(Signals.class);
        say("ready");
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            try {
                child.obey(line.split(" "));
            } catch (Exception e) {
                say(line + " failed: " + e);
                e.printStackTrace();
            }
        }
        framework.close();
        System.exit(0);
    }

    private static synchronized void say(String line) {
        System.out.println(PREFIX + line);
    }

    private <T> T service(Class<T> type) {
        return type.cast(framework.service(type.getName(), null));
    }

    private void obey(String[] words) throws Exception {
        switch (words[0]) {
            case "listen" ->
                listen(words[1], Integer.parseInt(words[2]), words[3], event -> say(heard(words[1], event)));
            case "slow" ->
                listen(words[1], 0, words[2], event -> {
                    say(heard(words[1], event));
                    permits.take();
                });
            case "release" -> {
                say("released");
                permits.add("");
            }
            case "count" -> count(words[1], words[2]);
            case "counted" -> say("counted " + counted.get());
            case "leave" -> {
                listening.remove(words[1]).unregister();
                say("left");
            }
            case "stop" -> {
                framework.bundle(PROVIDER).stop();
                say("stopped");
            }
            case "start" -> {
                framework.bundle(PROVIDER).start();
                say("started");
            }
            case "update" -> update(Integer.parseInt(words[1]));
            case "list" -> {
                service(Signals.class)
                        .list()
                        .forEach(each -> say(each.signal().number() + " " + each.use() + " " + each.heard() + " "
                                + each.listeners().size() + " " + each.reason()));
                say(".");
            }
            case "process" ->
                say("process "
                        + service(Signals.class)
                                .process(Long.parseLong(words[1]))
                                .startTicks());
            case "send" -> send(words);
            case "io" -> io(Signal.parse(words[1]));
            case "timer" -> timer(Signal.parse(words[1]));
            case "children" -> children();
            default -> say("what is " + words[0] + "?");
        }
    }

    private static String heard(String who, SignalEvent event) {
        String sender =
                event.sender().map(each -> each.pid() + " " + each.uid()).orElse("- -");
        String value =
                event.value().isPresent() ? Integer.toString(event.value().getAsInt()) : "-";
        return who + " " + event.signal().name() + " " + event.cause() + " " + sender + " " + value + " "
                + event.merging() + " " + event.lost()
                + (event.fd().isPresent() ? " fd " + event.fd().getAsInt() : "");
    }

    private void listen(String id, int ranking, String names, SignalListener listener) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(SignalListener.SIGNALS, names.split(","));
        properties.put(Constants.SERVICE_RANKING, ranking);
        listening.put(id, framework.context().registerService(SignalListener.class, listener, properties));
        say("listening");
    }

    /** Says what does not follow its predecessor. */
    private void count(String id, String name) {
        listen(id, 0, name, event -> {
            long expected = counted.getAndIncrement();
            if (event.value().orElse(-1) != expected) {
                say("wrong: " + event.value() + " instead of " + expected);
            }
        });
    }

    private void update(int times) throws Exception {
        Bundle provider = framework.bundle(PROVIDER);
        for (int i = 0; i < times; i++) {
            InProcess.update(provider);
        }
        say("updated");
    }

    private void send(String[] words) throws IOException {
        Signals signals = service(Signals.class);
        long pid = Long.parseLong(words[1]);
        ProcessId process = words[2].equals("-") ? signals.process(pid) : new ProcessId(pid, Long.parseLong(words[2]));
        try (SignalTarget target = signals.target(process)) {
            Signal signal = Signal.parse(words[3]);
            if (words.length > 4) {
                target.queue(signal, Integer.parseInt(words[4]));
            } else {
                target.send(signal);
            }
            say("sent " + target.isAlive());
        } catch (ErrnoException e) {
            say("failed " + e.errno());
        }
    }

    /** The kernel sends a signal when a pipe gets readable. */
    private void io(Signal signal) throws IOException {
        LinuxFiles files = service(LinuxFiles.class);
        NativeBuffer one = service(LinuxMemory.class).allocate(Long.BYTES);
        one.bytes().putLong(0, 1);
        ends = pipe();
        files.fcntl(ends[0], F_SETOWN, ProcessHandle.current().pid());
        files.fcntl(ends[0], F_SETSIG, signal.number());
        files.fcntl(ends[0], Fcntl.F_SETFL, O_NONBLOCK | O_ASYNC);
        try (Fd.Use use = ends[0].use()) {
            say("fd " + use.number());
        }
        files.write(ends[1], one, 0, 1);
    }

    /** A FIFO of which both ends are open. */
    private Fd[] pipe() throws IOException {
        LinuxFiles files = service(LinuxFiles.class);
        Path path = Path.of(
                System.getProperty("java.io.tmpdir"),
                "callgate-io-" + ProcessHandle.current().pid());
        service(LinuxCalls.class).call("mknodat", -100, path.toString(), 0010600, 0);
        try {
            Fd in = files.open(path, OpenFlag.RDONLY);
            return new Fd[] {in, files.open(path, OpenFlag.WRONLY)};
        } finally {
            Files.delete(path);
        }
    }

    /** A POSIX timer that expires once, a signal with the value 77. */
    private void timer(Signal signal) throws IOException {
        LinuxMemory memory = service(LinuxMemory.class);
        LinuxCalls calls = service(LinuxCalls.class);
        NativeBuffer event = memory.allocate(64); // struct sigevent: value, signal, SIGEV_SIGNAL is 0
        event.bytes().putInt(0, 77);
        event.bytes().putInt(8, signal.number());
        NativeBuffer id = memory.allocate(4);
        calls.call("timer_create", CLOCK_MONOTONIC, event, id);
        NativeBuffer time = memory.allocate(32); // struct itimerspec: interval, first
        time.bytes().putLong(24, 1_000_000);
        say("armed");
        calls.call("timer_settime", id.bytes().getInt(0), 0, time, null);
    }

    private void children() throws Exception {
        List<String> command = List.of("grep", "SigBlk", "/proc/self/status");
        say("plain " + text(command));
        say("unblocked " + text(service(Signals.class).unblocked(command)));
    }

    private static String text(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).start();
        return new String(process.getInputStream().readAllBytes()).strip().replaceAll("\\s+", " ");
    }
}
