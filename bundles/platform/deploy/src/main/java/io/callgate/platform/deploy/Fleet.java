// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * The bundles of the framework: what a batch does to them, in one go. It holds the system bundle's context, not ours:
 * a batch may have to be cut short in order when it stops the deployer's own bundle.
 */
final class Fleet {

    /** Locations of the bundles that exist only because of a file in {@code deploy/}. */
    static final String LOCATION = "callgate-deploy:";

    /** Locations the launcher gives, followed by the jar's path in the image. */
    static final String SHIPPED = "callgate:";

    /** No refresh takes as long as this; whoever waits is told. */
    private static final Duration REFRESH_DEADLINE = Duration.ofSeconds(60);

    private static final int DEPLOYED_START_LEVEL = 6;

    private final BundleContext system;
    private final Path home;
    private final Journal journal;
    private final FrameworkWiring wiring;
    private final Wirings wirings;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile CountDownLatch refreshing = closing;

    Fleet(BundleContext system, Path home, Journal journal) {
        this.system = system;
        this.home = home;
        this.journal = journal;
        this.wiring = system.getBundle().adapt(FrameworkWiring.class);
        this.wirings = new Wirings(system);
    }

    /** Cuts the batch short: from now on nothing is begun, and nobody waits. */
    void close() {
        closing.countDown();
        refreshing.countDown();
    }

    boolean isClosing() {
        return closing.getCount() == 0 || system.getBundle().getState() == Bundle.STOPPING;
    }

    List<Bundle> all() {
        return List.of(system.getBundles());
    }

    Bundle bundle(long id) {
        return system.getBundle(id);
    }

    /** The bundle that a content of this name belongs to: ours if there is one, else the highest version. */
    Bundle named(String symbolicName) {
        return all().stream()
                .filter(b -> b.getBundleId() != 0 && symbolicName.equals(b.getSymbolicName()))
                .max(Comparator.comparing(Fleet::isOurs).thenComparing(Bundle::getVersion))
                .orElse(null);
    }

    static boolean isOurs(Bundle bundle) {
        return bundle.getLocation().startsWith(LOCATION);
    }

    static boolean isFragment(Bundle bundle) {
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        return revision != null && (revision.getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    /** The jar that a bundle was shipped as, or null if it has none. */
    Path shippedJar(Bundle bundle) {
        String location = bundle.getLocation();
        Path jar = null;
        if (location.startsWith(SHIPPED)) {
            jar = home.resolve(location.substring(SHIPPED.length()));
        } else if (location.startsWith("file:")) {
            jar = Path.of(location.substring("file:".length()));
        }
        return jar != null && Files.isRegularFile(jar) ? jar : null;
    }

    /**
     * Does a batch.
     *
     * @param deployed ids of the bundles whose content is, or until now was, a dropped one: the wires from and to them
     *     are looked after
     * @return why it failed, by symbolic name, for those changes that did
     */
    Map<String, String> apply(List<Change> changes, Set<Long> deployed) {
        Map<String, String> failures = new TreeMap<>();
        Set<Bundle> active = all().stream().filter(Fleet::isActive).collect(Collectors.toSet());
        Set<Bundle> stale = changes.stream()
                .map(change -> change.bundle)
                .filter(bundle -> bundle != null)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        announce(stale, changes);
        changes.forEach(change -> stop(change.bundle, change));
        changes.forEach(change -> exchange(change, failures));
        refresh(stale);
        Set<Long> involved = new TreeSet<>(deployed);
        changes.stream().filter(c -> c.bundle != null).forEach(c -> involved.add(c.bundle.getBundleId()));
        settleWires(changes, involved);
        changes.stream()
                .filter(change -> change.pick != null && !failures.containsKey(change.symbolicName))
                .sorted(Comparator.comparing(Change::startLevel))
                .forEach(change -> start(change, failures));
        sweep(changes);
        tellWhoIsLost(active, changes);
        return failures;
    }

    /** Brings the wires after a restart to what they were before it. */
    void settleWires(Set<Long> deployed) {
        settleWires(List.of(), deployed);
        sweep(List.of());
    }

    /** Says, before it happens, who is restarted because of what is not theirs. */
    private void announce(Set<Bundle> stale, List<Change> changes) {
        String others = names(wiring.getDependencyClosure(stale), stale);
        if (!others.isEmpty()) {
            String what = changes.stream()
                    .filter(change -> change.bundle != null)
                    .map(Change::describe)
                    .collect(Collectors.joining(", "));
            journal.info("refreshing " + others + ": wired to what changes (" + what + ")");
        }
    }

    private String names(Collection<Bundle> bundles, Collection<Bundle> without) {
        return bundles.stream()
                .filter(bundle -> bundle.getBundleId() != 0 && !without.contains(bundle))
                .map(Bundle::getSymbolicName)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private void stop(Bundle bundle, Change change) {
        if (bundle == null || isClosing() || !isActive(bundle)) {
            return;
        }
        change.stoppedNanos = System.nanoTime();
        try {
            bundle.stop(Bundle.STOP_TRANSIENT);
        } catch (BundleException e) {
            journal.warn(bundle.getSymbolicName() + " complained when stopped: " + reason(e)
                    + "; it is exchanged all the same");
        }
    }

    private void exchange(Change change, Map<String, String> failures) {
        if (isClosing()) {
            return;
        }
        try {
            if (change.pick == null) {
                change.bundle.uninstall();
                return;
            }
            try (InputStream in = Files.newInputStream(change.pick.content().stored())) {
                if (change.bundle != null) {
                    change.bundle.update(in);
                } else {
                    change.bundle = system.installBundle(LOCATION + change.symbolicName, in);
                    change.isNew = true;
                    BundleStartLevel level = change.bundle.adapt(BundleStartLevel.class);
                    level.setStartLevel(Math.min(DEPLOYED_START_LEVEL, Math.max(1, activeLevel())));
                }
            }
            change.exchanged = true;
        } catch (BundleException | IOException e) {
            failures.put(change.symbolicName, reason(e));
        }
    }

    private void settleWires(List<Change> changes, Set<Long> involved) {
        Collection<Bundle> fresh = changes.stream()
                .filter(change -> change.exchanged)
                .map(change -> change.bundle)
                .toList();
        if (!fresh.isEmpty() && !isClosing()) {
            wiring.resolveBundles(fresh);
        }
        for (int round = 0; round < 3 && !isClosing(); round++) {
            Set<Bundle> better = wirings.improvable(involved);
            if (better.isEmpty()) {
                return;
            }
            journal.info("refreshing " + names(wiring.getDependencyClosure(better), Set.of())
                    + ": what they are wired to is here in a better version, or came or went");
            refresh(better);
            wiring.resolveBundles(better);
            wirings.tried(better);
        }
    }

    private void refresh(Collection<Bundle> bundles) {
        if (bundles.isEmpty() || isClosing()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        refreshing = done;
        if (closing.getCount() == 0) {
            return;
        }
        wiring.refreshBundles(bundles, event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
            }
        });
        try {
            if (!done.await(REFRESH_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                journal.warn("a refresh takes more than " + REFRESH_DEADLINE.toSeconds() + " s: some bundle does not"
                        + " stop (a thread dump shows which); going on without it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        }
    }

    private void start(Change change, Map<String, String> failures) {
        Bundle bundle = change.bundle;
        if (isClosing() || isFragment(bundle)) {
            return;
        }
        try {
            if (change.starts && !startsByItself(bundle)) {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            } else if (change.starts && isReached(bundle)) {
                bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
            }
        } catch (BundleException e) {
            failures.put(change.symbolicName, reason(e));
        }
    }

    /** Starts what the framework would start if it were started now: who waited for what has come, for example. */
    private void sweep(List<Change> changes) {
        List<Bundle> waiting = all().stream()
                .filter(bundle -> bundle.getBundleId() != 0 && !isActive(bundle) && !isFragment(bundle))
                .filter(bundle -> startsByItself(bundle) && isReached(bundle))
                .filter(bundle -> changes.stream().noneMatch(c -> c.exchanged && bundle.equals(c.bundle)))
                .toList();
        if (waiting.isEmpty() || isClosing()) {
            return;
        }
        wiring.resolveBundles(waiting);
        for (Bundle bundle : waiting) {
            if (bundle.getState() == Bundle.RESOLVED && !isClosing()) {
                try {
                    bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
                } catch (BundleException e) {
                    journal.debug(bundle.getSymbolicName() + " still does not start: " + reason(e));
                }
            }
        }
    }

    private void tellWhoIsLost(Set<Bundle> activeBefore, List<Change> changes) {
        for (Bundle bundle : activeBefore) {
            boolean ours = changes.stream().anyMatch(change -> bundle.equals(change.bundle));
            if (!ours && !isActive(bundle) && startsByItself(bundle) && !isClosing()) {
                String why = lookAhead(Set.of(), List.of()).reason(bundle.getBundleId());
                journal.warn(bundle.getSymbolicName() + " has stopped: "
                        + (why == null ? "it does not start again" : why) + "; it starts when that is back");
            }
        }
    }

    /** How things would stand with these bundles gone and these contents there. */
    Resolvable lookAhead(Set<Bundle> gone, Collection<Content> contents) {
        List<Resolvable.Unit> units = new ArrayList<>();
        for (Bundle bundle : all()) {
            BundleRevision revision = gone.contains(bundle) ? null : bundle.adapt(BundleRevision.class);
            if (revision != null) {
                units.add(wirings.unit(bundle, revision, gone));
            }
        }
        for (Content content : contents) {
            units.add(new Resolvable.Unit(
                    content.hash(), content.title(), content.requirements(), content.capabilities()));
        }
        return new Resolvable(units);
    }

    /** Names of the service interfaces that a bundle offers to others: its private ones do not count. */
    static Set<String> services(Bundle bundle) {
        Set<String> names = new TreeSet<>();
        var references = isActive(bundle) ? bundle.getRegisteredServices() : null;
        if (references != null) {
            for (var reference : references) {
                names.addAll(Arrays.asList((String[]) reference.getProperty(Constants.OBJECTCLASS)));
            }
        }
        names.removeIf(name -> Wirings.isPrivate(bundle, name));
        return names;
    }

    static boolean isActive(Bundle bundle) {
        return (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0;
    }

    static boolean startsByItself(Bundle bundle) {
        BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
        return level != null && level.isPersistentlyStarted();
    }

    private boolean isReached(Bundle bundle) {
        return bundle.adapt(BundleStartLevel.class).getStartLevel() <= activeLevel();
    }

    private int activeLevel() {
        return system.getBundle().adapt(FrameworkStartLevel.class).getStartLevel();
    }

    /** The innermost cause, in one line. */
    static String reason(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null
                ? ""
                : cause.getMessage().lines().findFirst().orElse("");
        return cause instanceof BundleException && !message.isEmpty()
                ? message
                : cause.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }
}
