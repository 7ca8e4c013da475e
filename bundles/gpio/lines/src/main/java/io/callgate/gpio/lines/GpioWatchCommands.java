// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineInfo;
import io.callgate.linux.EventLoop;
import io.callgate.platform.NewestLines;
import io.callgate.platform.Watches;
import io.callgate.resource.ResourceState;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** What takes its time in the shell: watching lines, and pulses. */
@Component(
        service = GpioWatchCommands.class,
        property = {"osgi.command.scope=gpio", "osgi.command.function=watch", "osgi.command.function=pulse"})
public final class GpioWatchCommands {

    /** Lines of a watch that may wait for the terminal. */
    private static final int WAITING = 256;

    private static final String STOPPED =
            "gpio:pulse has ended, since its bundle was stopped or updated: give the command again";
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(us|ms|s|min)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "us", ChronoUnit.MICROS, "ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "min", ChronoUnit.MINUTES);

    private final BundleContext context;
    private final Lines lines;
    private final EventLoop loop;
    private final Named named;
    private final Watches watches = new Watches("gpio:watch");
    private final Set<Ticks> pulses = new HashSet<>(); // that run; guarded by this
    private boolean stopped; // guarded by this

    /** @param context to register the listeners of a watch */
    @Activate
    public GpioWatchCommands(BundleContext context, @Reference Lines lines, @Reference EventLoop loop) {
        this.context = context;
        this.lines = lines;
        this.loop = loop;
        this.named = new Named(lines);
    }

    /** Prints what happens until it is interrupted, nobody reads it any more, or these commands go. */
    @Descriptor("prints edges, and who takes, changes and releases lines, until Ctrl-C")
    public void watch(CommandSession session, @Descriptor("names as in gpio:list; none for all lines") String... names)
            throws Exception {
        PrintStream out = session.getConsole();
        for (String name : names) {
            LineLife<?> life = named.find(name);
            if (life.status().state() != ResourceState.LIVE) {
                out.println(name + " is " + life.status().now().words());
            }
        }
        watches.run(new NewestLines(WAITING), news -> Watches.closing(listen(news, names)), out);
    }

    private ServiceRegistration<?>[] listen(NewestLines news, String... names) {
        Hashtable<String, Object> wanted = new Hashtable<>();
        wanted.put(EdgeListener.LINE, names.length == 0 ? new String[] {"*"} : names);
        EdgeListener edges = edge -> news.add(shown(edge));
        LineChangeListener changes = change -> {
            if (names.length == 0 || Arrays.stream(names).anyMatch(name -> isAt(name, change.line()))) {
                news.add(shown(change));
            }
        };
        return new ServiceRegistration<?>[] {
            context.registerService(EdgeListener.class, edges, wanted),
            context.registerService(LineChangeListener.class, changes, new Hashtable<>())
        };
    }

    /** Looked up each time: a line may move to another chip while it is watched. */
    private boolean isAt(String name, LineInfo line) {
        return lines.all().stream()
                .filter(each -> each.status().name().equals(name))
                .flatMap(each -> each.target().stream())
                .anyMatch(target -> target.on().name().equals(line.chip())
                        && target.offsets().contains(line.offset()));
    }

    private static String shown(Edge edge) {
        return time(edge.timestampNanos(), edge.clock()) + "  " + edge.name() + "  line " + edge.offset() + "  "
                + (edge.level() == Level.ACTIVE ? "rising" : "falling") + "  #" + edge.sequence()
                + (edge.lost() == 0 ? "" : "  (" + edge.lost() + " lost before)");
    }

    private static String shown(LineChange change) {
        LineInfo line = change.line();
        String holder = line.consumer().isEmpty() ? "" : " by \"" + line.consumer() + "\"";
        return time(change.timestampNanos(), EventClock.MONOTONIC) + "  " + line.chip() + "  line " + line.offset()
                + (line.name().isEmpty() ? "" : " (" + line.name() + ")") + "  " + Words.of(change.kind()) + holder
                + (change.lost() == 0 ? "" : "  (" + change.lost() + " lost before)");
    }

    /** As gpiomon shows it: seconds since boot; a date where the clock has one. */
    private static String time(long nanos, EventClock clock) {
        return clock == EventClock.REALTIME
                ? Instant.EPOCH.plusNanos(nanos).toString()
                : String.format(Locale.ROOT, "%d.%09d", nanos / 1_000_000_000, nanos % 1_000_000_000);
    }

    /** One pulse. */
    @Descriptor("drives an output to its other level for a while, and back")
    public void pulse(
            @Descriptor("name as in gpio:list") String name,
            @Descriptor("how long, with its unit: 200us, 50ms, 2s, 1min") String duration)
            throws IOException, InterruptedException {
        pulse(name, duration, 1);
    }

    /** Some pulses, as long as the time between them. Ctrl-C ends it with the line back where it was. */
    @Descriptor("drives an output to its other level and back several times; Ctrl-C ends it, with the line back")
    public void pulse(
            @Descriptor("name as in gpio:list") String name,
            @Descriptor("how long each pulse and the time between two is, with its unit: 200us, 50ms, 2s")
                    String duration,
            @Descriptor("how many pulses") int count)
            throws IOException, InterruptedException {
        LineLife<?> life = named.driven(name);
        Duration length = duration(duration);
        if (count < 1) {
            throw new IllegalArgumentException("a number of pulses from 1 on is wanted, not " + count);
        }
        Ticks ticks = new Ticks();
        begin(ticks);
        try {
            long before = life.held().levels(life.held().all());
            life.lend(before);
            try {
                pulse(life.held(), before, length, count, ticks);
            } finally {
                life.takeBack();
            }
        } finally {
            ended(ticks);
        }
    }

    /** The timer only gives the time: to drive a line may take a driver's time, which the event loop has not. */
    private void pulse(Held held, long before, Duration length, int count, Ticks ticks)
            throws IOException, InterruptedException {
        long all = held.all();
        boolean away = true;
        try (EventLoop.Registration timer = loop.timer(length, length, ticks::add)) {
            held.set(all, ~before);
            for (long left = 2L * count - 1; left > 0; left--) {
                if (!ticks.await()) {
                    throw new IllegalStateException(STOPPED);
                }
                away = !away;
                held.set(all, away ? ~before : before);
            }
        } finally {
            if (away) {
                held.set(all, before);
            }
        }
    }

    private static Duration duration(String typed) {
        Matcher parts = DURATION.matcher(typed);
        if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
            throw new IllegalArgumentException(
                    "\"" + typed + "\" is no duration: a number and its unit, for example 200us, 50ms, 2s, 1min");
        }
        return Duration.of(Long.parseLong(parts.group(1)), UNITS.get(parts.group(2)));
    }

    private synchronized void begin(Ticks ticks) {
        if (stopped) {
            throw new IllegalStateException(STOPPED);
        }
        pulses.add(ticks);
    }

    private synchronized void ended(Ticks ticks) {
        pulses.remove(ticks);
    }

    /** Ends what runs, so that no session sits in a bundle that is no more. */
    @Deactivate
    public void stop() {
        watches.stop();
        Set<Ticks> ending;
        synchronized (this) {
            stopped = true;
            ending = Set.copyOf(pulses);
        }
        ending.forEach(Ticks::end);
    }
}
