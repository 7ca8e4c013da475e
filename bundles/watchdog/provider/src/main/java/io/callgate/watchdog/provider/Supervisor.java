// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.Setting;
import io.callgate.watchdog.HealthProbe;
import io.callgate.watchdog.RebootHistory;
import io.callgate.watchdog.Rung;
import io.callgate.watchdog.WatchdogClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * Where the rooms meet: first the history of this start and, if it is one of a loop, the end of it; then the liveness of
 * the applications, the feeding, and the ladder, on two threads of their own.
 */
@Component(
        service = {Supervisor.class, RebootHistory.class},
        configurationPid = Supervisor.PID,
        immediate = true)
@Designate(ocd = Supervisor.Config.class)
public final class Supervisor implements RebootHistory {

    static final String PID = "io.callgate.watchdog";

    /** Framework properties of the launcher: the data folder, and why it started in safe mode. */
    static final String DATA = "callgate.data";

    static final String SAFE_MODE = "callgate.safe";

    /** What follows a missed deadline. */
    @ObjectClassDefinition(name = "watchdog", description = "What follows when an application misses its deadline")
    public @interface Config {

        /** Which rungs. */
        @AttributeDefinition(
                required = false,
                description = "The rungs that are climbed, in this order whatever is written: component, bundle,"
                        + " gateway; the last one is always reset",
                options = {
                    @Option(label = "component", value = "component"),
                    @Option(label = "bundle", value = "bundle"),
                    @Option(label = "gateway", value = "gateway"),
                    @Option(label = "reset", value = "reset")
                })
        String[] ladder() default {"component", "bundle", "gateway", "reset"}; // as DEFAULT_LADDER

        /** How long. */
        @AttributeDefinition(
                required = false,
                min = "1",
                max = "3600",
                description =
                        "Seconds from the missed deadline to the last rung, with which feeding ends; the rungs are"
                                + " evenly spread over them")
        int climbSeconds() default DEFAULT_CLIMB_SECONDS;

        /** Boot loop. */
        @AttributeDefinition(
                required = false,
                min = "0",
                description = "So many watchdog resets within breakerMinutes start the gateway in safe mode; 0: never")
        int breakerResets() default DEFAULT_BREAKER_RESETS;

        /** Boot loop. */
        @AttributeDefinition(
                required = false,
                min = "1",
                description = "Minutes within which breakerResets watchdog resets start the gateway in safe mode")
        int breakerMinutes() default DEFAULT_BREAKER_MINUTES;
    }

    private static final String[] DEFAULT_LADDER = {"component", "bundle", "gateway", "reset"};
    private static final int DEFAULT_CLIMB_SECONDS = 30;
    private static final int DEFAULT_BREAKER_RESETS = 3;
    private static final int DEFAULT_BREAKER_MINUTES = 30;

    private final BundleContext context;
    private final Logger log;
    private final FrameworkRungs rungs;
    private final History history;
    private final Liveness liveness = new Liveness();
    private final Feeder feeder = new Feeder(liveness);
    private final Ladder ladder;
    private final Clients clients;
    private final Pace.Running feeding;
    private final Pace.Running looking;
    private final Map<Feeder.Place, String> fed = new IdentityHashMap<>(); // guarded by this, as is the next
    private final Map<Feeder.Place, Boolean> failing = new IdentityHashMap<>();

    /** Writes the history of this start; does not come back from it if this is a loop. */
    @Activate
    public Supervisor(
            BundleContext context,
            Config config,
            @Reference ServiceComponentRuntime components,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(context, config, components, new Machine(), PacedThread.pace(log), Clock.systemUTC(), log);
    }

    Supervisor(
            BundleContext context,
            Config config,
            ServiceComponentRuntime components,
            Machine machine,
            Pace pace,
            Clock clock,
            Logger log) {
        this.context = context;
        this.log = log;
        IntConsumer halt = machine::halt;
        rungs = new FrameworkRungs(context, components, halt, log);
        history = new History(data().resolve("watchdog/history"), machine.bootId(), clock, log);
        ladder = new Ladder(settings(config), liveness, rungs, history, () -> !feeder.isIdle(), log);
        clients = new Clients(liveness, pace, log);
        tellStart(config, machine);
        feeding = pace.every("feed", Feeder.TURN, feeder::turn);
        looking = pace.every("ladder", Ladder.LOOK, this::look);
    }

    private Path data() {
        String folder = context.getProperty(DATA);
        return folder == null ? context.getDataFile("").toPath() : Path.of(folder);
    }

    private void tellStart(Config config, Machine machine) {
        if (context.getBundle(0).getState() == Bundle.ACTIVE) {
            return; // this bundle was updated, nothing else
        }
        List<Entry> past = history.entries();
        BootCause why = BootCause.of(history.bootId(), machine.bootStatus(), past);
        if (why.isFromLadder()) {
            Entry rung = past.get(past.size() - 1);
            Duration ago = Duration.between(rung.time(), history.now());
            ladder.resume(rung.detail().substring(rung.detail().indexOf(' ') + 1), ago, machine.nanos());
        }
        history.append(why.event(), why.cause(), why.detail());
        if (why.event() == Event.BOOT && why.cause() != Cause.ORDERLY && why.cause() != Cause.UNKNOWN) {
            log.warn("This machine was reset: {} ({})", History.lower(why.cause()), why.detail());
        }
        if (isSafeMode()) {
            log.warn("Safe mode: {}; mend it, then restart the gateway", context.getProperty(SAFE_MODE));
        } else if (context.getProperty(DATA) != null) {
            Duration within =
                    Duration.ofMinutes(given(config::breakerMinutes, "breakerMinutes", DEFAULT_BREAKER_MINUTES));
            int resets = given(config::breakerResets, "breakerResets", DEFAULT_BREAKER_RESETS);
            new BootLoopBreaker(resets, within, machine::halt, log).look(history, data());
        }
    }

    /** Takes another ladder, from the next climb on. */
    @Modified
    public void configure(Config config) {
        ladder.configure(settings(config));
    }

    private Ladder.Settings settings(Config config) {
        Set<Rung> wanted = EnumSet.of(Rung.RESET);
        for (String word : given(config::ladder, "ladder", DEFAULT_LADDER)) {
            try {
                wanted.add(Rung.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                log.warn("\"{}\" is no rung of the ladder in {}: component, bundle, gateway and reset are", word, PID);
            }
        }
        int seconds = given(config::climbSeconds, "climbSeconds", DEFAULT_CLIMB_SECONDS);
        if (seconds < 1) {
            log.warn("climbSeconds is {} in {}, and must be 1 or more; it is {}", seconds, PID, DEFAULT_CLIMB_SECONDS);
            seconds = DEFAULT_CLIMB_SECONDS;
        }
        return new Ladder.Settings(List.copyOf(wanted), Duration.ofSeconds(seconds));
    }

    /** Without this component nobody is looked after: what is wrong is told, and the default holds. */
    private <T> T given(Supplier<T> configured, String key, T otherwise) {
        try {
            return Setting.required(key, configured);
        } catch (InvalidSettingException e) {
            log.warn("{} in {}; the default holds", e.getMessage(), PID);
            return otherwise;
        }
    }

    /** True if the launcher has started the platform alone: nothing is armed then that was not. */
    boolean isSafeMode() {
        return context.getProperty(SAFE_MODE) != null;
    }

    String safeMode() {
        return context.getProperty(SAFE_MODE);
    }

    /** True while the framework stops: what nobody will take over is ended in order. */
    boolean isStopping() {
        return context.getBundle(0).getState() == Bundle.STOPPING;
    }

    /** True if the ladder ends this process: then everything stays armed. */
    boolean isRestarting() {
        return rungs.isRestarting();
    }

    /** Feeds something from now on. @param name for the log */
    Feeder.Place feed(String name, Feeder.Fed what, Duration interval) {
        Feeder.Place place = feeder.add(what, interval);
        synchronized (this) {
            fed.put(place, name);
        }
        return place;
    }

    /** Feeds it no more; when this returns, no feeding is under way. */
    void end(Feeder.Place place) {
        feeder.remove(place);
        synchronized (this) {
            fed.remove(place);
            failing.remove(place);
        }
    }

    /** Looks after an application. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addClient(WatchdogClient client, Map<String, Object> properties) {
        clients.add(client, properties);
    }

    void removeClient(WatchdogClient client, Map<String, Object> properties) {
        clients.remove(properties);
    }

    /** Asks an application. */
    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addProbe(HealthProbe probe, Map<String, Object> properties) {
        clients.add(probe, properties);
    }

    void removeProbe(HealthProbe probe, Map<String, Object> properties) {
        clients.remove(properties);
    }

    /** On the ladder's thread, which also tells what the feeding thread may not. */
    private void look(long now) {
        try {
            ladder.look(now);
            tellFailures();
        } catch (RuntimeException e) {
            log.error("The watchdog's ladder stumbled; the hardware's reset stands", e);
        }
    }

    private void tellFailures() {
        synchronized (this) {
            fed.forEach((place, name) -> {
                Exception failure = place.failure();
                if (failure != null && failing.put(place, true) == null) {
                    log.error("{} cannot be fed: {}; it resets what it watches", name, failure.getMessage());
                } else if (failure == null && failing.remove(place) != null) {
                    log.info("{} is fed again", name);
                }
            });
        }
    }

    List<Client> clients() {
        return liveness.clients();
    }

    Duration worstLateness() {
        return feeder.worstLateness();
    }

    @Override
    public List<Entry> entries() {
        return history.entries();
    }

    /** Ends the threads; what is fed has been taken away by those who gave it. */
    @Deactivate
    public void close() {
        clients.close();
        looking.close();
        feeding.close();
        if (isStopping() && !isRestarting()) {
            history.append(Event.STOP, Cause.ORDERLY, "");
        }
    }
}
