// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.RebootHistory.Cause;
import io.callgate.watchdog.RebootHistory.Event;
import io.callgate.watchdog.Rung;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.osgi.service.log.Logger;

/**
 * What is done when an application has missed its deadline, rung by rung, the first at once, the last at the end of the
 * configured time, the others evenly between. A rung has helped if, when the next one is due, everybody has kept his
 * deadline and the culprit has checked in since he came back. An application that needs the ladder again soon begins one
 * rung above where it ended: restarting it for ever is no cure.
 *
 * <p>Looked at by a thread of its own; the rungs that could block are done on others.
 */
final class Ladder {

    /** Between two looks. */
    static final Duration LOOK = Duration.ofMillis(250);

    /** So many times of a climb, or of its deadline if that is longer, an application is remembered. */
    private static final int MEMORY = 10;

    /**
     * How it is configured.
     *
     * @param rungs in ascending order; the last one is {@link Rung#RESET}
     * @param time from the miss to the last rung
     */
    record Settings(List<Rung> rungs, Duration time) {

        /** When a rung is due after the miss. */
        long due(int rung) {
            return rungs.size() == 1 ? 0 : time.toNanos() * rung / (rungs.size() - 1);
        }
    }

    private record Past(String culprit, int rung, long end) {}

    private final Liveness liveness;
    private final Rungs rungs;
    private final History history;
    private final BooleanSupplier armed;
    private final Logger log;
    private final Set<Client.Id> told = new HashSet<>(); // late, and nothing can be done
    private volatile Settings settings;

    private Settings climbed; // this and the next three: of the climb that is under way
    private Client.Id culprit; // null: there is none
    private long began;
    private int done;
    private Past past;

    Ladder(Settings settings, Liveness liveness, Rungs rungs, History history, BooleanSupplier armed, Logger log) {
        this.liveness = liveness;
        this.rungs = rungs;
        this.history = history;
        this.armed = armed;
        this.log = log;
        configure(settings);
    }

    /** From the next climb on. */
    void configure(Settings now) {
        settings = now;
        liveness.limit(now.due(now.rungs().size() - 1));
    }

    /**
     * The climb goes on, of which the restart of the gateway was a rung: what is left of its time is the application's.
     *
     * @param name of the culprit
     * @param ago how long it is since that rung
     * @param now by {@link System#nanoTime}
     */
    void resume(String name, Duration ago, long now) {
        int rung = settings.rungs().indexOf(Rung.GATEWAY);
        if (rung < 0) {
            return; // another configuration now
        }
        climbed = settings;
        culprit = new Client.Id(name, Client.Id.UNKNOWN_BUNDLE, "");
        done = rung;
        long left = climbed.due(climbed.rungs().size() - 1) - climbed.due(rung);
        began = now - climbed.due(rung) - Math.max(0, Math.min(ago.toNanos(), left));
        liveness.climb();
    }

    /** One look, on the ladder's thread. */
    void look(long now) {
        if (culprit != null) {
            climb(now);
            return;
        }
        Optional<Client> late = liveness.late();
        if (late.isEmpty()) {
            told.clear();
        } else if (armed.getAsBoolean()) {
            begin(late.get(), now);
        } else if (told.add(late.get().id())) {
            log.warn("{}; no watchdog is armed, so nothing is done about it", missed(late.get()));
        }
    }

    private void begin(Client late, long now) {
        liveness.climb();
        climbed = settings;
        culprit = late.id();
        int first = first(late, now);
        began = now - climbed.due(first);
        done = first - 1;
        log.error("{}; {} follows", missed(late), lower(climbed.rungs().get(first)));
        perform(first);
    }

    private static String missed(Client late) {
        String trouble = late.trouble().isEmpty() ? "" : " (" + late.trouble() + ")";
        return late.id().name() + " has missed its deadline of "
                + late.deadline().toMillis() + " ms" + trouble;
    }

    private int first(Client late, long now) {
        long time = Math.max(climbed.time().toNanos(), late.deadline().toNanos());
        boolean again = past != null && past.culprit.equals(culprit.name()) && (now - past.end) / MEMORY < time;
        return again ? Math.min(past.rung + 1, climbed.rungs().size() - 1) : 0;
    }

    private void climb(long now) {
        int due = done;
        while (due + 1 < climbed.rungs().size() && now - began >= climbed.due(due + 1)) {
            due++;
        }
        boolean atTheEnd = done == climbed.rungs().size() - 1;
        if (due == done && !atTheEnd) {
            return;
        }
        if (hasHelped()) {
            over(now);
        } else if (!atTheEnd
                && armed.getAsBoolean()) { // not yet after a restart, or no more: there is nothing to threaten with
            liveness.late().ifPresent(late -> culprit = late.id());
            perform(due);
        }
    }

    private boolean hasHelped() {
        return liveness.late().isEmpty() && (liveness.hears(culprit.name()) || !rungs.isInstalled(culprit));
    }

    private void over(long now) {
        past = new Past(culprit.name(), done, now);
        log.info(
                "{} is well again after {}",
                culprit.name(),
                lower(climbed.rungs().get(done)));
        culprit = null;
        liveness.over();
    }

    private void perform(int rung) {
        done = rung;
        Rung what = climbed.rungs().get(rung);
        if (what == Rung.COMPONENT && culprit.component().isEmpty()) {
            perform(rung + 1); // it is none; there is always a next one
            return;
        }
        if (what == Rung.RESET) {
            liveness.exhaust();
        }
        log.error("{} does not answer: {}", culprit.name(), sentence(what));
        history.append(Event.RUNG, Cause.WATCHDOG, lower(what) + " " + culprit.name());
        switch (what) {
            case COMPONENT -> rungs.restartComponent(culprit);
            case BUNDLE -> rungs.restartBundle(culprit);
            case GATEWAY -> rungs.restartGateway();
            case RESET -> {} // by doing nothing
        }
    }

    private static String sentence(Rung rung) {
        return switch (rung) {
            case COMPONENT -> "its component is restarted";
            case BUNDLE -> "its bundle is restarted";
            case GATEWAY -> "the gateway is restarted";
            case RESET -> "the watchdogs are fed no more, and reset the machine";
        };
    }

    private static String lower(Rung rung) {
        return rung.name().toLowerCase(Locale.ROOT);
    }
}
