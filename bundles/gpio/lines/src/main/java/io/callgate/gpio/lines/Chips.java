// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.GpioChip;
import io.callgate.linux.EventLoop;
import io.callgate.platform.Nearest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * The chips there are, by whatever backend, and who waits for one.
 *
 * <p>Who waits is kept by the chip that its configuration names, so that a chip that comes or goes wakes only those that
 * could mean it. Thread safe.
 *
 * <p>A line that is held by one backend cannot be handed to another without a glitch. So a chip of a backend that others
 * are preferred to (a ranking of 0 or less) is not used at once: it first gets a moment in which a better one may come,
 * as it will while the gateway starts. What is there when this starts in a gateway that runs has had that moment.
 */
@Component(service = Chips.class)
public final class Chips {

    /** How long a better backend may take to publish the same chip. Less than a handover. */
    static final int SETTLE_MILLIS = 1000;

    private static final String ANY = "";

    private final Later later;
    private final boolean running;
    private final List<KnownChip> known = new CopyOnWriteArrayList<>();
    private final Map<String, Set<Runnable>> waiting = new ConcurrentHashMap<>();
    private volatile boolean started;

    /** Looks whether the framework has started: chips that are bound before {@link #start} were there before. */
    @Activate
    public Chips(
            BundleContext context, @Reference EventLoop loop, @Reference(service = LoggerFactory.class) Logger log) {
        this(context.getBundle(Constants.SYSTEM_BUNDLE_ID).getState() == Bundle.ACTIVE, loop, log);
    }

    Chips(boolean running, EventLoop loop, Logger log) {
        this.later = new Later(loop, log);
        this.running = running;
    }

    /** From now on a chip that comes is new. */
    @Activate
    public void start() {
        started = true;
    }

    /** Wakes nobody any more. */
    @Deactivate
    public void stop() {
        later.close();
    }

    /** A chip has come. */
    @Reference(
            name = "chip",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "remove")
    public void add(GpioChip chip, Map<String, Object> properties) {
        int ranking = properties.get(Constants.SERVICE_RANKING) instanceof Integer number ? number : 0;
        KnownChip added = new KnownChip(chip, ranking, ranking > 0 || running && !started);
        known.add(added);
        if (!added.isSettled()) {
            later.run(SETTLE_MILLIS, () -> settle(added));
        }
        wake(added);
    }

    private void settle(KnownChip chip) {
        chip.settle();
        wake(chip);
    }

    /** A chip has gone. Those who hold its lines are told by its backend. */
    public void remove(GpioChip chip, Map<String, Object> properties) {
        List<KnownChip> leaving =
                known.stream().filter(each -> each.chip() == chip).toList();
        known.removeAll(leaving);
        leaving.forEach(this::wake);
    }

    /** All chips there are now, each backend's, by name and preferred first. */
    List<KnownChip> all() {
        return known.stream()
                .sorted(Comparator.comparing(KnownChip::name).thenComparing(KnownChip.PREFERRED))
                .toList();
    }

    /** Runs this whenever a chip comes or goes that the configuration could mean; must not block. */
    void await(Wanted wanted, Runnable wake) {
        waiting.compute(wanted.chip(), (key, all) -> {
            Set<Runnable> added = all == null ? ConcurrentHashMap.newKeySet() : all;
            added.add(wake);
            return added;
        });
    }

    /** Does not wait any more. */
    void forget(Wanted wanted, Runnable wake) {
        waiting.computeIfPresent(wanted.chip(), (key, all) -> {
            all.remove(wake);
            return all.isEmpty() ? null : all;
        });
    }

    private void wake(KnownChip chip) {
        Stream.of(ANY, chip.name(), chip.label()).distinct().map(waiting::get).forEach(all -> {
            if (all != null) {
                all.forEach(Runnable::run);
            }
        });
    }

    /**
     * The lines that a configuration means, on the best chip there is for them.
     *
     * @param usable leaves chips out
     */
    Target resolve(Wanted wanted, Predicate<KnownChip> usable) throws UnresolvedException {
        List<KnownChip> meant = known.stream()
                .filter(each -> wanted.mayMean(each.name(), each.label()))
                .toList();
        List<KnownChip> best = best(wanted, meant, usable);
        if (wanted.chip().isEmpty()) {
            return anywhere(wanted, best);
        }
        if (best.isEmpty()) {
            throw new UnresolvedException(absent(wanted, meant));
        }
        if (best.size() > 1) {
            throw new UnresolvedException("chip \"" + wanted.chip() + "\" is not unique: " + KnownChip.shown(best)
                    + " have that label (name the chip by its kernel name)");
        }
        return best.get(0).target(wanted);
    }

    /** One for each chip: of the backend that is asked for, or the preferred one. */
    private static List<KnownChip> best(Wanted wanted, List<KnownChip> meant, Predicate<KnownChip> usable) {
        boolean forced = !wanted.backend().isEmpty();
        return meant.stream()
                .filter(usable)
                .filter(each -> !forced || each.backend().equals(wanted.backend()))
                .collect(Collectors.groupingBy(KnownChip::name))
                .values()
                .stream()
                .map(same -> same.stream().min(KnownChip.PREFERRED).orElseThrow())
                .filter(each -> forced || each.isSettled())
                .sorted(Comparator.comparing(KnownChip::name))
                .toList();
    }

    private Target anywhere(Wanted wanted, List<KnownChip> best) throws UnresolvedException {
        String name = wanted.names().get(0);
        List<KnownChip> having =
                best.stream().filter(each -> !each.find(name).isEmpty()).toList();
        if (having.isEmpty()) {
            throw new UnresolvedException(nowhere(wanted, best));
        }
        if (having.size() > 1) {
            throw UnresolvedException.ambiguous("line \"" + name + "\" is not unique: " + KnownChip.shown(having)
                    + " have one of that name (add \"chip\" to the configuration)");
        }
        return having.get(0).target(wanted);
    }

    private String nowhere(Wanted wanted, List<KnownChip> best) {
        if (known.isEmpty()) {
            return "there is no GPIO chip (plug it in or load its driver)";
        }
        if (best.isEmpty()) {
            return absent(wanted, List.copyOf(known));
        }
        String name = wanted.names().get(0);
        List<KnownChip> naming = best.stream().filter(KnownChip::knowsNames).toList();
        if (naming.isEmpty()) {
            return best.get(0).nameless(name);
        }
        return "no line is named \"" + name + "\" on " + KnownChip.shown(naming)
                + Nearest.meant(
                        name, naming.stream().flatMap(KnownChip::suggestions).toList())
                + " (gpio:lines shows them all)";
    }

    private String absent(Wanted wanted, List<KnownChip> meant) {
        if (meant.isEmpty()) {
            List<String> names = known.stream()
                    .flatMap(each -> Stream.of(each.label(), each.name()))
                    .distinct()
                    .toList();
            return "there is no chip \"" + wanted.chip() + "\"" + Nearest.meant(wanted.chip(), names)
                    + " (plug it in, load its driver, or see gpio:chips)";
        }
        List<String> backends =
                meant.stream().map(KnownChip::backend).distinct().sorted().toList();
        String served = KnownChip.shown(meant) + (meant.size() > 1 ? " are" : " is") + " served by "
                + String.join(" and ", backends);
        if (!wanted.backend().isEmpty() && !backends.contains(wanted.backend())) {
            return served + ", not by \"" + wanted.backend() + "\"" + Nearest.meant(wanted.backend(), backends)
                    + " (start io.callgate.gpio." + wanted.backend() + ", or take \"backend\" out)";
        }
        return served + " only: waits a moment for a better backend";
    }
}
