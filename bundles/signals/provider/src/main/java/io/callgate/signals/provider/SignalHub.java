// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.Broadcast;
import io.callgate.resource.Dispatcher;
import io.callgate.signals.ProcessId;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalListener;
import io.callgate.signals.SignalState;
import io.callgate.signals.SignalState.Use;
import io.callgate.signals.SignalTarget;
import io.callgate.signals.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Who listens to which signal, and where it comes from; the signals that are sent. */
@Component(service = Signals.class, immediate = true)
public final class SignalHub implements Signals {

    private static final String START = "start the gateway by bin/callgate, with CALLGATE_SIGNALS naming it";

    /** Between two attempts to open a source. */
    static final Duration AGAIN = Duration.ofSeconds(1);

    /** A signal that has listeners and no source: why, and the next attempt. */
    private record Silence(String reason, EventLoop.Registration again) {}

    private final SignalCalls calls;
    private final Proc proc;
    private final EventLoop loop;
    private final Dispatcher dispatcher;
    private final Logger log;
    private final long blocked;

    private final List<Hearer> hearers = new ArrayList<>(); // best first; guarded by this, as the next
    private final Map<Signal, Source> sources = new HashMap<>();
    private final Map<Signal, Silence> silent = new HashMap<>();
    private final Map<Signal, Long> heardBefore = new HashMap<>(); // by sources that have ended

    /** Looks which signals were blocked before this process was Java's. */
    @Activate
    public SignalHub(
            @Reference LinuxCalls calls,
            @Reference LinuxMemory memory,
            @Reference LinuxFiles files,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this(
                new SignalCalls(calls, memory, files, Architecture.current()),
                new Proc(Path.of("/proc")),
                loop,
                dispatcher,
                log);
    }

    SignalHub(SignalCalls calls, Proc proc, EventLoop loop, Dispatcher dispatcher, Logger log) throws IOException {
        this.calls = calls;
        this.proc = proc;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.log = log;
        this.blocked = proc.blocked();
    }

    /** A listener has come. */
    @Reference(
            name = "listener",
            service = SignalListener.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            updated = "updated",
            unbind = "remove")
    public void add(SignalListener listener, ServiceReference<SignalListener> reference) {
        String bundle =
                reference.getBundle() == null ? "?" : reference.getBundle().getSymbolicName();
        Map<String, Object> properties = new HashMap<>();
        for (String key : reference.getPropertyKeys()) {
            properties.put(key, reference.getProperty(key));
        }
        add(listener, properties, bundle);
    }

    /** A listener has other properties. */
    public void updated(SignalListener listener, ServiceReference<SignalListener> reference) {
        remove(listener, reference);
        add(listener, reference);
    }

    /** A listener has left. */
    public void remove(SignalListener listener, ServiceReference<SignalListener> reference) {
        remove((Long) reference.getProperty("service.id"));
    }

    void add(SignalListener listener, Map<String, ?> properties, String bundle) {
        Set<Signal> signals = wanted(properties, bundle);
        int ranking = properties.get("service.ranking") instanceof Integer number ? number : 0;
        Hearer added = new Hearer((Long) properties.get("service.id"), ranking, bundle, signals, listener, dispatcher);
        synchronized (this) {
            hearers.add(added);
            hearers.sort(Comparator.comparingInt(Hearer::ranking).reversed().thenComparingLong(Hearer::id));
            signals.forEach(this::choose);
        }
    }

    void remove(long id) {
        List<Hearer> leaving;
        synchronized (this) {
            leaving = hearers.stream().filter(each -> each.id() == id).toList();
            hearers.removeAll(leaving);
            leaving.forEach(each -> each.signals().forEach(this::choose));
        }
        leaving.forEach(Hearer::close);
    }

    /** What a listener names, without what it cannot have; that is said. */
    private Set<Signal> wanted(Map<String, ?> properties, String bundle) {
        Set<Signal> wanted = new LinkedHashSet<>();
        for (String name : Broadcast.names(properties, SignalListener.SIGNALS)) {
            try {
                Signal signal = Signal.parse(name);
                Use use = use(signal);
                if (use == Use.FREE || use == Use.NUMBER_ONLY) {
                    wanted.add(signal);
                }
                if (use != Use.FREE) {
                    log.warn("{} listens to {}, but {}", bundle, signal, reason(signal, use));
                }
            } catch (IllegalArgumentException e) {
                log.warn("{} listens to a signal that there is not: {}", bundle, e.getMessage());
            }
        }
        return wanted;
    }

    private Use use(Signal signal) {
        if (Reservations.of(signal).isPresent()) {
            return Use.RESERVED;
        }
        if (Proc.has(blocked, signal)) {
            return Use.FREE;
        }
        return signal.isRealTime() ? Use.NOT_BLOCKED : Use.NUMBER_ONLY;
    }

    private static String reason(Signal signal, Use use) {
        return switch (use) {
            case FREE -> "";
            case RESERVED -> Reservations.of(signal).orElse("");
            case NUMBER_ONLY -> "it is not blocked, so that sender and value are not known: " + START;
            case NOT_BLOCKED -> "it is not blocked, and the Java runtime cannot hear it: " + START;
        };
    }

    /** Gives a signal to those who listen to it now; under this lock. */
    private void choose(Signal signal) {
        List<Hearer> now =
                hearers.stream().filter(each -> each.signals().contains(signal)).toList();
        Source source = sources.get(signal);
        Silence before = silent.remove(signal);
        if (before != null) {
            before.again().close(); // its handler takes no lock
        }
        if (now.isEmpty()) {
            if (source != null) {
                sources.remove(signal);
                source.close();
                heardBefore.merge(signal, source.heard(), Long::sum);
            }
            return;
        }
        try {
            if (source == null) {
                source = source(signal, now);
                sources.put(signal, source);
            }
            source.hearers(now);
            if (before != null) {
                log.info("{} is heard now", signal);
            }
        } catch (IOException e) {
            String reason = "it cannot be opened: " + e.getMessage() + ": tries again every second";
            if (before == null || !before.reason().equals(reason)) {
                log.error("nobody hears {}: {}", signal, reason);
            }
            silent.put(signal, new Silence(reason, again(signal, now.get(0))));
        }
    }

    /** In the lane of who waits for it: the event loop must not wait for our lock. */
    private EventLoop.Registration again(Signal signal, Hearer waiting) {
        try {
            return loop.timer(AGAIN, AGAIN, late -> waiting.whenFree(() -> retry(signal)));
        } catch (IOException e) {
            log.error("{} is tried again only when a listener comes: {}", signal, e.getMessage());
            return () -> {};
        }
    }

    private synchronized void retry(Signal signal) {
        if (silent.containsKey(signal)) {
            choose(signal);
        }
    }

    private Source source(Signal signal, List<Hearer> first) throws IOException {
        if (!Proc.has(blocked, signal)) {
            return new JvmSource(signal, first);
        }
        return signal.isRealTime()
                ? new QueuedSource(signal, calls, loop, log)
                : new StandardSource(signal, calls, loop, first);
    }

    /** Nothing is taken any more; what comes waits in the kernel for the next version. */
    @Deactivate
    public void stop() {
        List<Hearer> all;
        synchronized (this) {
            all = List.copyOf(hearers);
            hearers.clear();
            List.copyOf(sources.keySet()).forEach(this::choose);
            List.copyOf(silent.keySet()).forEach(this::choose);
        }
        all.forEach(Hearer::close);
    }

    @Override
    public List<SignalState> list() {
        return IntStream.rangeClosed(1, Signal.RTMAX)
                .mapToObj(number -> state(new Signal(number)))
                .toList();
    }

    private synchronized SignalState state(Signal signal) {
        Use use = use(signal);
        Source source = sources.get(signal);
        Silence silence = silent.get(signal);
        return new SignalState(
                signal,
                use,
                silence == null ? reason(signal, use) : silence.reason(),
                hearers.stream()
                        .filter(each -> each.signals().contains(signal))
                        .map(Hearer::bundle)
                        .toList(),
                heardBefore.getOrDefault(signal, 0L) + (source == null ? 0 : source.heard()));
    }

    @Override
    public ProcessId process(long pid) throws IOException {
        return proc.process(pid);
    }

    /** First the descriptor, then the look who it is: a number that changes hands in between is seen. */
    @Override
    public SignalTarget target(ProcessId process) throws IOException {
        Fd pidfd = calls.pidfd(process.pid());
        try {
            if (!proc.process(process.pid()).equals(process)) {
                throw new ErrnoException(
                        "pidfd_open", "process " + process.pid() + ", which is another one by now", Errno.ESRCH);
            }
            return new HeldTarget(process, pidfd, calls);
        } catch (IOException | RuntimeException e) {
            pidfd.close();
            throw e;
        }
    }

    @Override
    public void kill(long pid, Signal signal) throws IOException {
        calls.kill(pid, signal);
    }

    @Override
    public void queue(long pid, Signal signal, int value) throws IOException {
        calls.queue(pid, signal, value);
    }

    /** Who could block signals has an env(1) that can unblock them: both came with coreutils 8.31. */
    @Override
    public List<String> unblocked(List<String> command) {
        if (blocked == 0) {
            return List.copyOf(command);
        }
        List<String> whole = new ArrayList<>(List.of("env", "--default-signal"));
        whole.addAll(command);
        return List.copyOf(whole);
    }
}
