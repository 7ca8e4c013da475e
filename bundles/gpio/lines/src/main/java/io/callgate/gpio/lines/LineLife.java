// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Edge;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestEndedException;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.InvalidSettingException;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The life of one configuration: waits for its lines, holds them, hands them over to the next version of their backend,
 * and waits again when their chip has gone.
 *
 * <p>What happens elsewhere (a chip comes, a backend leaves, a holder lets go, time is over) only marks it and asks for a
 * {@link #turn}, which looks at all that was marked and does what follows. Turns are made in a lane, since a request may
 * take a driver's time; the lock keeps them apart from the end, and from each other when the lane changes.
 */
final class LineLife<S> {

    /** Calls wait for the next version of a backend as long as the door keeps its lines, and a little. */
    private static final Duration GRACE = Duration.ofMillis(250);

    /** Between two looks at what no event tells: a busy line on sysfs, a permission. */
    static final int RETRY_MILLIS = 2000;

    private static final Predicate<KnownChip> ANY = chip -> true;

    private final ConfiguredResource resource;
    private final LineKind<S> kind;
    private final Lines lines;
    private final String name;
    private final Held held;
    private final S service;
    private final Turn turn = new Turn(this::turn);
    private final Runnable wake = this::ask;
    private volatile Wish wish = new Wish(null, "it has not been configured yet");
    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile Target target; // where its lines are or were a moment ago; only looked at without the lock

    // The rest is guarded by this

    private Wish granted = wish;
    private Holding holding; // null if it has no lines
    private Handover handover; // null if there is none
    private Wanted awaited; // what it waits for at the chips, or null
    private BusyLines.Place busy; // the line of somebody else that it waits for, or null
    private boolean gone; // its chip went, and it has had no lines since
    private boolean doubted; // it was said that its line is not unique
    private Long lent; // the levels its lines go back to, or null
    private boolean closed;

    /** Settings, or null and why there are none. */
    private record Wish(Settings settings, String refusal) {}

    /** Its backend is being updated; {@code over} when that takes too long. */
    private static final class Handover {
        private final Target from;
        private volatile boolean over;

        Handover(Target from) {
            this.from = from;
        }

        /** The next version of the same backend, which is another service. */
        boolean isSuccessor(KnownChip chip) {
            return chip.backend().equals(from.on().backend())
                    && chip.chip() != from.on().chip();
        }
    }

    /** Takes the resource over. */
    LineLife(ConfiguredResource resource, LineKind<S> kind, Lines lines) {
        this.resource = resource;
        this.kind = kind;
        this.lines = lines;
        this.name = resource.status().name();
        this.held = new Held(name, lines.loop(), lines.handover().plus(GRACE));
        this.service = kind.service().apply(held);
    }

    ResourceStatus status() {
        return resource.status();
    }

    LineKind<S> kind() {
        return kind;
    }

    /**
     * Somebody drives the lines for a moment: if this ends meanwhile, they go back to these levels first.
     *
     * @throws IllegalStateException if somebody does that already
     */
    synchronized void lend(long levels) {
        if (lent != null) {
            throw new IllegalStateException(name + " is being pulsed already: wait for its end, or end it with Ctrl-C");
        }
        lent = levels;
    }

    /** The moment is over. */
    synchronized void takeBack() {
        lent = null;
    }

    /** Where its lines are, while it has some, and while they are handed over. */
    Optional<Target> target() {
        return Optional.ofNullable(target);
    }

    /** Its settings, if they can be used. */
    Optional<Settings> settings() {
        return Optional.ofNullable(wish.settings);
    }

    /** Its lines; calls fail with the reason if it has none. */
    Held held() {
        return held;
    }

    /** Checks a configuration. */
    @FunctionalInterface
    interface Configuration {

        /** @throws InvalidSettingException with the sentence that says what is wrong */
        Settings settings() throws InvalidSettingException;
    }

    /** Lives by this configuration from now on; waits, and says why, if it cannot be used. */
    void configure(Configuration next) {
        try {
            wish = new Wish(next.settings(), "");
        } catch (InvalidSettingException e) {
            wish = new Wish(null, e.getMessage());
        }
        ask();
    }

    private void ask() {
        Settings now = wish.settings;
        turn.ask(lines.lane(now == null ? "" : now.wanted().chip()));
    }

    private synchronized void turn() {
        if (closed) {
            return;
        }
        Wish newest = wish;
        boolean changed = newest != granted;
        granted = newest;
        doubted &= !changed;
        noticeEnd();
        if (newest.settings == null) {
            forgetChips();
            waitForRelease(null);
            release(newest.refusal);
        } else if (holding == null) {
            find(newest.settings);
        } else if (changed) {
            adapt(newest.settings);
        } else if (awaited != null) {
            review(newest.settings);
        }
    }

    /** The lines may have been left by their backend, or be gone with their chip. */
    private void noticeEnd() {
        Ending ending = holding == null ? null : holding.ending;
        if (ending == null) {
            return;
        }
        Target from = holding.target;
        holding = null;
        if (ending.gone == null) {
            Handover begun = new Handover(from);
            handover = begun;
            resource.handover("its backend " + from.on().backend() + " is being updated");
            lines.later().run((int) lines.handover().plus(GRACE).toMillis(), () -> {
                begun.over = true;
                ask();
            });
        } else {
            gone = true;
            target = null;
            held.end(absence(""));
            resource.gone(String.valueOf(ending.gone.getMessage()));
        }
    }

    private void find(Settings settings) {
        waitFor(settings.wanted());
        if (handover != null && handover.over) {
            handover = null;
        }
        try {
            request(settings, lines.chips().resolve(settings.wanted(), handover == null ? ANY : handover::isSuccessor));
        } catch (UnresolvedException e) {
            waitForRelease(null);
            notServed(e.getMessage());
        }
    }

    /** From before the look, so that a chip that comes just after it is not missed. */
    private void waitFor(Wanted wanted) {
        if (!wanted.equals(awaited)) {
            forgetChips();
            awaited = wanted;
            lines.chips().await(wanted, wake);
        }
    }

    private void forgetChips() {
        if (awaited != null) {
            lines.chips().forget(awaited, wake);
            awaited = null;
        }
    }

    private void request(Settings settings, Target found) {
        Holding next = new Holding(found, settings);
        try {
            next.request = found.on().chip().request(settings.request(name, found.offsets()), next);
        } catch (LineBusyException e) {
            handover = null;
            notServed(e.getMessage() + mendBusy(e.line()));
            waitForRelease(
                    found.on(), new BusyLines.Place(e.line().chip(), e.line().offset()));
            return;
        } catch (UnsupportedSettingException e) {
            handover = null;
            waitForRelease(null);
            notServed(e.getMessage());
            return;
        } catch (IOException | IllegalStateException e) { // the second of a backend that is just being stopped
            waitForRelease(null);
            notServed(e.getMessage() + ": tries again");
            retry();
            return;
        }
        hold(next);
    }

    private static String mendBusy(LineInfo line) {
        return line.consumer().startsWith(LineInfo.OURS)
                ? " (name another line, or delete one of the two configurations)"
                : " (stop that program, or name another line)";
    }

    private void hold(Holding next) {
        waitForRelease(null);
        handover = null;
        gone = false;
        holding = next;
        target = next.target;
        held.serve(new Held.Serving(next.request, next, next.target.on().chip(), next.target.offsets()));
        publish();
        awaitChange();
    }

    private void awaitChange() {
        if (isFinal(holding)) {
            forgetChips();
        } else {
            waitFor(holding.settings.wanted());
        }
    }

    private static boolean isOutput(Settings settings) {
        return settings.line().direction() == Direction.OUTPUT;
    }

    /** True if a chip that comes can change nothing: no better backend is hoped for, no other line may be meant. */
    private boolean isFinal(Holding now) {
        return !now.settings.wanted().chip().isEmpty() && (now.target.on().isPreferred() || isOutput(now.settings));
    }

    /** A chip has come: an input may move to a better backend, a name may not be unique any more. */
    private void review(Settings settings) {
        try {
            if (isBetter(lines.chips().resolve(settings.wanted(), ANY)) && !isOutput(settings)) {
                move(settings);
            }
        } catch (UnresolvedException e) {
            if (e.isAmbiguous() && !doubted) {
                doubted = true;
                lines.log().warn("{} goes on with its line of {}, but {}", name, holding.target.on(), e.getMessage());
            }
        }
    }

    private void publish() {
        GpioChip chip = holding.target.on().chip();
        List<Integer> offsets = holding.target.offsets();
        Map<String, Object> properties = new HashMap<>();
        properties.put(GpioChip.CHIP, chip.name());
        properties.put(GpioChip.LABEL, chip.label());
        properties.put(GpioChip.BACKEND, chip.backend());
        properties.put(LineChangeListener.OFFSET, offsets.size() == 1 ? offsets.get(0) : offsets);
        resource.live(kind.type(), service, properties);
    }

    /** No lines now: it waits, unless its backend is just being updated. */
    private void notServed(String reason) {
        if (handover == null) {
            target = null;
            held.end(absence(reason));
            resource.waiting(reason);
        }
    }

    /** What callers are told who have not noticed yet that the service has left. */
    private Supplier<IOException> absence(String reason) {
        return gone
                ? () -> new ErrnoException("use", name, Errno.ENODEV)
                : () -> new IOException(name + " is waiting: " + reason);
    }

    /** Waits until the line's holder lets it go. What was released before anybody listened is found by a last look. */
    private void waitForRelease(KnownChip chip, BusyLines.Place place) {
        boolean first = !place.equals(busy);
        waitForRelease(place);
        if (first || !chip.tellsChanges()) {
            retry();
        }
    }

    /** Looks again after a while, once however often it is called meanwhile. */
    private void retry() {
        if (retrying.compareAndSet(false, true)) {
            lines.later().run(RETRY_MILLIS, () -> {
                retrying.set(false);
                ask();
            });
        }
    }

    private void waitForRelease(BusyLines.Place place) {
        BusyLines.Place before = busy;
        busy = place;
        if (place != null && !place.equals(before)) {
            lines.busy().await(place, wake);
        }
        if (before != null && !before.equals(place)) {
            lines.busy().forget(before, wake);
        }
    }

    /** In place if the same lines are meant; otherwise these are released first. */
    private void adapt(Settings next) {
        Target best = best(next);
        if (isBetter(best) && next.eventBuffer() == holding.settings.eventBuffer()) {
            move(next);
            return;
        }
        try {
            if (isInPlace(next, best)) {
                holding.request.reconfigure(next.lines(holding.target.offsets()));
                holding.settings = next;
                publish();
                awaitChange();
                return;
            }
            release("its configuration has changed");
        } catch (RequestEndedException e) {
            return; // the turn that its end asks for makes the next request with these settings
        } catch (IOException e) {
            release(e.getMessage());
        }
        find(next);
    }

    private Target best(Settings settings) {
        try {
            return lines.chips().resolve(settings.wanted(), ANY);
        } catch (UnresolvedException e) {
            return null;
        }
    }

    /** True if it is the same lines by a better backend. */
    private boolean isBetter(Target best) {
        return best != null
                && best.isSameLines(holding.target)
                && KnownChip.PREFERRED.compare(best.on(), holding.target.on()) < 0;
    }

    /** Also while the chip's service is away for a moment, and its backend has not said yet that it leaves. */
    private boolean isInPlace(Settings next, Target best) {
        boolean sameLines = best == null
                ? next.wanted().equals(holding.settings.wanted())
                : best.isSameLines(holding.target) && next.isServedBy(holding.target.on());
        return sameLines && next.eventBuffer() == holding.settings.eventBuffer();
    }

    /** To a better backend. The kernel has no way to hand lines from one to the other: they are released in between. */
    private void move(Settings settings) {
        Holding released = holding;
        holding = null;
        held.suspend(released);
        resource.handover(
                "moves to a better backend than " + released.target.on().backend());
        released.request.close();
        find(settings);
    }

    private void release(String reason) {
        Holding released = holding;
        holding = null;
        target = null;
        handover = null;
        gone = false;
        held.end(absence(reason));
        resource.waiting(reason);
        if (released != null) {
            released.request.close();
        }
    }

    /**
     * The end.
     *
     * @param forGood true to drive outputs to their safe level and release the lines, false to leave them to a successor
     */
    void close(boolean forGood) {
        synchronized (this) {
            closed = true;
            forgetChips();
            waitForRelease(null);
            resource.close(); // before the lines: who used them may say a last word
            giveBack();
            held.end(() -> new RequestEndedException(name));
            if (holding != null && forGood) {
                holding.request.close();
            } else if (holding != null) {
                holding.request.leave();
            }
            holding = null;
            target = null;
        }
        lines.ended(this);
    }

    private void giveBack() {
        if (lent != null && holding != null) {
            try {
                holding.request.set(held.all(), lent);
            } catch (IOException e) {
                lines.log().warn("{} stays as gpio:pulse left it: {}", name, e.getMessage());
            }
        }
    }

    /** How a request ended by its backend: left if {@code gone} is null. */
    private record Ending(IOException gone) {}

    /** Lines that it holds, or is about to. */
    private final class Holding implements LineRequest.Owner {

        private final Target target;
        private Settings settings;
        private LineRequest request;
        private volatile Ending ending;

        Holding(Target target, Settings settings) {
            this.target = target;
            this.settings = settings;
        }

        @Override
        public void edges(List<Edge> batch) {
            lines.listeners().send(name, List.copyOf(batch));
        }

        @Override
        public void left() {
            end(new Ending(null));
        }

        @Override
        public void gone(IOException reason) {
            end(new Ending(reason));
        }

        private void end(Ending how) {
            ending = how;
            held.suspend(this);
            ask();
        }
    }
}
