// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.alerts;

import io.callgate.linux.EventLoop;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.procfs.LoadAverageService;
import io.callgate.procfs.MemoryService;
import io.callgate.resource.Dispatcher;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import io.callgate.watchdog.RebootHistory;
import io.callgate.watchdog.RebootHistory.Cause;
import io.callgate.watchdog.RebootHistory.Entry;
import io.callgate.watchdog.RebootHistory.Event;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.Designate;

/**
 * Tells a daemon, by a message queue, when the system is not well, when it is well again, and what watchdogs have done. It
 * reads its thresholds anew on SIGUSR1, as daemons do. What does not fit into the queue is sent at the next look.
 */
@Component(
        immediate = true,
        configurationPid = "io.callgate.apps.alerts",
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = SignalListener.SIGNALS + "=USR1")
@Designate(ocd = Config.class)
public final class Alerts implements SignalListener {

    private static final int URGENT = 9;
    private static final int GOOD_NEWS = 1;
    private static final Entry NOTHING = new Entry(Instant.MIN, "", Event.START, Cause.UNKNOWN, "");

    private final Path file;
    private final MessageQueue queue;
    private final LoadAverageService load;
    private final MemoryService memory;
    private final RebootHistory history;
    private final Logger log;
    private final Dispatcher.Lane lane;
    private final EventLoop.Registration timer;
    private final MessageBuffer alert; // this and the next are of the lane
    private final Set<String> tooHigh = new HashSet<>();
    private Entry told; // the last one of the history
    private boolean full; // the queue was, the last time
    private volatile Properties thresholds;

    @Activate
    public Alerts(
            Config config,
            @Reference(name = "queue", target = "(callgate.name=alerts)") MessageQueue queue,
            @Reference LoadAverageService load,
            @Reference MemoryService memory,
            @Reference RebootHistory history,
            @Reference EventLoop loop,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        if (config.intervalSeconds() < 1) {
            throw new IllegalArgumentException(
                    "intervalSeconds is " + config.intervalSeconds() + ", and it must be 1 or more");
        }
        if (config.thresholds() == null) {
            throw new IllegalArgumentException("there are no \"thresholds\": name the file with the limits");
        }
        this.file = Path.of(config.thresholds());
        this.queue = queue;
        this.load = load;
        this.memory = memory;
        this.history = history;
        this.log = log;
        alert = queue.allocate();
        thresholds = first();
        told = beginning(history.entries());
        lane = dispatcher.blockingLane("alerts", 1);
        timer = loop.timer(Duration.ZERO, Duration.ofSeconds(config.intervalSeconds()), late -> lane.offer(this::look));
    }

    /** Why the gateway was started this time is news; what was before has been told. */
    private static Entry beginning(List<Entry> entries) {
        int index = entries.size() - 1;
        while (index > 0
                && entries.get(index).event() != Event.START
                && entries.get(index).event() != Event.BOOT) {
            index--;
        }
        return index > 0 ? entries.get(index - 1) : NOTHING;
    }

    @Deactivate
    void stop() {
        timer.close();
        lane.close();
    }

    @Override
    public void signal(SignalEvent event) throws IOException {
        thresholds = read(file); // if it cannot be read, those that were there stay
        log.info("thresholds are {}, read anew on {}", thresholds, event.signal());
        lane.offer(this::look);
    }

    private Properties first() {
        try {
            return read(file);
        } catch (IOException | IllegalArgumentException e) {
            log.warn("there are no limits, mend {} and send SIGUSR1: {}", file, e.toString());
            return new Properties();
        }
    }

    private static Properties read(Path file) throws IOException {
        Properties read = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            read.load(in);
        }
        read.values().forEach(each -> Double.parseDouble((String) each)); // refused now, not at the next look
        return read;
    }

    private void look() throws IOException {
        check("load", load.read().oneMinute() / Runtime.getRuntime().availableProcessors());
        check("memory", 100 * memory.read().usedRatio());
        List<Entry> entries = history.entries();
        int first = entries.lastIndexOf(told) + 1; // 0 if the history has dropped it
        for (Entry entry : entries.subList(first, entries.size())) {
            if (first == 0 && !entry.time().isAfter(told.time())) {
                continue;
            }
            boolean failure = entry.event() == Event.RUNG || entry.cause() == Cause.WATCHDOG;
            if (failure && !send(URGENT, "watchdog " + entry.event() + " " + entry.time() + " " + entry.detail())) {
                return;
            }
            told = entry;
        }
    }

    private void check(String name, double value) throws IOException {
        double limit = Double.parseDouble(thresholds.getProperty(name, "Infinity"));
        boolean high = value > limit;
        String text =
                String.format(Locale.ROOT, "%s %s %.2f limit %.2f", name, high ? "too high" : "good", value, limit);
        if (high != tooHigh.contains(name) && send(high ? URGENT : GOOD_NEWS, text)) {
            tooHigh.remove(name);
            if (high) {
                tooHigh.add(name);
            }
        }
    }

    private boolean send(int priority, String text) throws IOException {
        ByteBuffer bytes = alert.bytes().clear();
        StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text), bytes, true); // as many characters as fit
        bytes.flip();
        boolean sent = queue.send(alert.priority(priority), Duration.ZERO);
        if (!sent && !full) {
            log.warn("the queue is full, start the daemon that reads {}; not told yet: {}", queue.address(), text);
        }
        full = !sent;
        return sent;
    }
}
