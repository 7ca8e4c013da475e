// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.ArtifactHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;

/**
 * Makes the bundles follow the files: whatever happened, it looks at what is there, decides what each symbolic name
 * should have ({@link Chooser}), and does the difference as one batch ({@link Fleet}).
 *
 * <p>Level, not edge: events only say where to look. So nothing depends on their order, a rescan is always safe, and
 * after a kill at any moment the next start goes on from what it finds. Public methods of this class may be called by
 * any thread; everything else happens on the agenda's.
 */
final class Deployer {

    private final Path setAside;
    private final Agenda agenda;
    private final Timing timing;
    private final Fleet fleet;
    private final SelfUpdate selfUpdate;
    private final Journal journal;
    private final ContentStore store;
    private final Inventory inventory;
    private final Artifacts artifacts;
    private final DropFolder folder;
    private final Trials trials;
    private final Planner planner;
    private final Memory memory;
    private final Report report;
    private final AtomicBoolean examining = new AtomicBoolean();
    private final List<CompletableFuture<Void>> retried = new ArrayList<>();
    private Agenda.Later settling;
    private long settlingSince;
    private boolean begun;
    private boolean orphaned;

    /** @param data the data folder: {@code deploy/} is watched, {@code deployed/} and {@code set-aside/} are ours */
    Deployer(
            Path data,
            Agenda agenda,
            Timing timing,
            Fleet fleet,
            Components components,
            SelfUpdate selfUpdate,
            Journal journal) {
        Path watched = data.resolve("deploy");
        Path own = data.resolve("deployed");
        this.setAside = data.resolve("set-aside");
        this.agenda = agenda;
        this.timing = timing;
        this.fleet = fleet;
        this.selfUpdate = selfUpdate;
        this.journal = journal;
        this.store = new ContentStore(own.resolve("content"));
        this.inventory = new Inventory(fleet, store, journal);
        this.artifacts = new Artifacts(watched, agenda, timing, journal, this::settle);
        this.folder = new DropFolder(
                watched, store, inventory, artifacts, agenda, timing, journal, this::settle, this::fileDeleted);
        this.trials = new Trials(agenda, timing, components, this::passed, this::failedItsTrial);
        this.planner = new Planner(folder, inventory, trials, fleet, components, selfUpdate, agenda, journal);
        this.memory = new Memory(own.resolve("ledger"), folder, inventory, store, agenda, journal);
        this.report = new Report(folder, inventory, artifacts, trials, journal);
    }

    Path folder() {
        return folder.path();
    }

    /** Who takes files that are no bundles, best first. */
    void handlers(List<ArtifactHandler> handlers) {
        agenda.execute(() -> {
            artifacts.handlers(handlers);
            report.report();
        });
    }

    /** Looks at everything there is, and goes on from what the last run left. */
    void begin() {
        agenda.execute(() -> {
            memory.recall();
            begun = true;
            folder.scan();
            reconcile(true);
        });
    }

    /** Ends what can be ended; the batch in hand is cut short in order, and the next start goes on with it. */
    void close() {
        fleet.close();
        agenda.close();
    }

    /** A file is complete: closed by its writer, moved here, or linked, at a time of {@link System#nanoTime()}. */
    void changed(String name, long closedNanos) {
        agenda.execute(() -> {
            if (begun && DropFolder.isOfInterest(name)) {
                folder.look(name, closedNanos, true);
                settle();
            }
        });
    }

    /** A file was deleted or moved away; it counts when it has not come back for a while. */
    void gone(String name) {
        agenda.execute(() -> {
            if (begun && DropFolder.isOfInterest(name)) {
                folder.missing(name);
            }
        });
    }

    /** Events may have been lost. */
    void rescan() {
        agenda.execute(() -> {
            if (begun) {
                folder.scan();
                settle();
            }
        });
    }

    /** A service came: somebody may have waited for it. A thousand that come at once are one look. */
    void somethingCame() {
        if (trials.areThere() && examining.compareAndSet(false, true)) {
            agenda.execute(this::examine);
        }
    }

    /** A bundle that is none of ours was resolved. */
    void somethingResolved() {
        if (report.isSomethingWaiting()) {
            agenda.execute(this::settle);
        }
    }

    /** Tries again what was set aside or could not be read; done when the report says what became of it. */
    Future<Void> retry(String name) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        agenda.execute(() -> {
            for (Drop drop : folder.drops()) {
                Content content = drop.isReadable() ? inventory.contentOrNull(drop.seen) : null;
                if (drop.name.equals(name)
                        || drop.name.equals(name + ".jar")
                        || content != null && content.symbolicName().equals(name)) {
                    if (drop.seen != null) {
                        inventory.refused.remove(drop.seen);
                    }
                    drop.stamp = "";
                    drop.said = null;
                    folder.look(drop.name, agenda.nanoTime(), true);
                }
            }
            retried.add(done);
            settle();
        });
        return done;
    }

    /** How it stands, as of the last batch. */
    List<Row> rows() {
        return report.rows();
    }

    /** The same, and what lies there now and is ignored. */
    List<Row> allRows() {
        List<Row> all = new ArrayList<>(report.rows());
        Set<String> known = all.stream().map(Row::file).collect(Collectors.toSet());
        folder.ignored().stream().filter(row -> !known.contains(row.file())).forEach(all::add);
        return all;
    }

    private void settle() {
        long now = agenda.nanoTime();
        if (settling == null) {
            settlingSince = now;
        } else {
            settling.cancel();
        }
        long left = timing.settleMost().toNanos() - (now - settlingSince);
        long delay = Math.max(0, Math.min(timing.settle().toNanos(), left));
        settling = agenda.after(Duration.ofNanos(delay), () -> reconcile(false));
    }

    private void reconcile(boolean first) {
        if (settling != null) {
            settling.cancel();
            settling = null;
        }
        if (first) {
            fleet.settleWires(inventory.deployedIds());
            resumeTrials();
        }
        Set<String> done = new HashSet<>();
        while (!fleet.isClosing() && step(done)) {}
        if (!fleet.isClosing()) {
            report.report();
            memory.remember();
        }
        retried.forEach(one -> one.complete(null));
        retried.clear();
    }

    /** What was still on probation when the last run ended has yet to bring what it should. */
    private void resumeTrials() {
        for (Ledger.BundleRecord record : List.copyOf(inventory.records.values())) {
            Drop drop = folder.drop(record.file());
            Content content =
                    drop == null || record.hash().equals(drop.good) ? null : inventory.contentOrNull(record.hash());
            if (content != null && inventory.current(record.symbolicName()) != null) {
                Bundle bundle = fleet.bundle(record.id());
                Pick pick = new Pick(content, record.file());
                Set<String> expected = new TreeSet<>(record.services());
                Change change = new Change(record.symbolicName(), pick, bundle, agenda.nanoTime(), expected, Set.of());
                change.isResumed = true;
                trials.begin(change);
            }
        }
    }

    /**
     * One batch; false if there was nothing to do.
     *
     * @param done the batches of this turn: none is done twice, whatever the framework made of it
     */
    private boolean step(Set<String> done) {
        List<Change> changes = planner.changes();
        Change self = changes.stream()
                .filter(change -> change.bundle != null && selfUpdate.isSelf(change.bundle))
                .findFirst()
                .orElse(null);
        if (self != null && changes.size() > 1) {
            changes.remove(self); // last, and alone
        } else if (self != null) {
            handOver(self);
            return false;
        }
        if (changes.isEmpty()) {
            return false;
        }
        String batch = changes.stream().map(Change::key).collect(Collectors.joining(" "));
        if (!done.add(batch)) {
            journal.warn("these do not settle, and stay as they are until something else comes: "
                    + changes.stream().map(Change::describe).collect(Collectors.joining(", ")));
            return false;
        }
        changes.forEach(change -> trials.end(change.symbolicName));
        Map<String, String> failures = fleet.apply(changes, inventory.deployedIds());
        if (fleet.isClosing()) {
            interrupted(changes);
            return false;
        }
        changes.forEach(change -> settled(change, failures.get(change.symbolicName)));
        return true;
    }

    /** The batch stopped the deployer itself. What was done is written down; the next start does the rest. */
    private void interrupted(List<Change> changes) {
        changes.stream().filter(change -> !change.isNew).forEach(inventory::record);
        memory.remember();
    }

    private void settled(Change change, String failure) {
        inventory.record(change);
        if (change.pick == null) {
            inventory.records.remove(change.symbolicName);
            journal.info(origin(change) + change.symbolicName + " " + change.before
                    + (failure == null ? " is uninstalled" : " cannot be uninstalled: " + failure));
        } else if (failure != null) {
            failed(change, failure);
        } else {
            trials.begin(change);
        }
    }

    private void examine() {
        examining.set(false); // first: what comes from now on is looked at again
        if (!fleet.isClosing() && trials.examine()) {
            report.report();
            memory.remember();
        }
    }

    private void fileDeleted() {
        // Whoever puts a file back that was set aside wants it to be tried.
        inventory.refused.keySet().retainAll(folder.hashes());
        settle(); // what was deleted together goes together
    }

    private void failedItsTrial(Change change, String reason) {
        if (!fleet.isClosing()) {
            failed(change, reason);
            reconcile(false);
        }
    }

    private void passed(Change change) {
        long now = agenda.nanoTime();
        long took = TimeUnit.NANOSECONDS.toMillis(now - change.closedNanos);
        String gap = change.stoppedNanos == 0
                ? ""
                : " (gap " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - change.stoppedNanos) + " ms)";
        String after = (change.pick.content().fragment() ? ", attached after " : ", live after ") + took + " ms" + gap;
        if (change.pick.isShipped()) {
            String verb = isDeleted(change.fileBefore) ? "is back for " : "serves on for ";
            journal.info(
                    origin(change) + change.pick.content().title() + ", as shipped, " + verb + change.before + after);
            return;
        }
        journal.info(outcome(change) + after);
        Drop drop = folder.drop(change.pick.file());
        if (drop != null) {
            drop.good = change.pick.content().hash();
        }
        inventory.records.put(change.symbolicName, Inventory.recordOf(change, took, Fleet.services(change.bundle)));
    }

    /** What a dropped content does now, and why. */
    private String outcome(Change change) {
        Content content = change.pick.content();
        String start = change.pick.file() + ": " + content.title();
        Drop drop = folder.drop(change.pick.file());
        if (change.isResumed) {
            return start + " goes on";
        }
        if (change.before == null) {
            return start + " is new";
        }
        boolean isReturn = drop != null && content.hash().equals(drop.good);
        String verb = isReturn ? " serves on for " : " replaces ";
        return (isDeleted(change.fileBefore) ? origin(change) + content.title() + " of " + change.pick.file() : start)
                + verb
                + change.before;
    }

    private boolean isDeleted(String file) {
        return file != null && folder.drop(file) == null;
    }

    /** Begins a line about a content that serves no longer with the file it came from. */
    private String origin(Change change) {
        String file = change.fileBefore;
        return file == null ? "" : file + (isDeleted(file) ? " deleted: " : ": ");
    }

    private void failed(Change change, String reason) {
        Content content = change.pick.content();
        if (change.pick.isShipped()) {
            journal.warn(content.title() + ", as shipped, does not start: " + reason);
            return;
        }
        inventory.refused.put(content.hash(), reason);
        String kept = keepForInspection(change.pick, reason);
        journal.warn(change.pick.file() + ": " + content.title() + " is set aside: " + reason + "; " + kept
                + "mend it and copy it again, or deploy:retry " + change.pick.file());
    }

    private String keepForInspection(Pick pick, String reason) {
        Path copy = setAside.resolve(pick.file());
        try {
            Files.createDirectories(setAside);
            Files.copy(pick.content().stored(), copy, StandardCopyOption.REPLACE_EXISTING);
            Files.writeString(
                    setAside.resolve(pick.file() + ".reason"), pick.content().title() + ": " + reason + "\n");
            return "it is kept in set-aside/; ";
        } catch (IOException e) {
            journal.debug(copy + " cannot be written: " + Problem.of(e));
            return "";
        }
    }

    /** The deployer itself, alone and last: this thread ends with it. */
    private void handOver(Change self) {
        trials.end(self.symbolicName);
        report.report();
        memory.remember();
        if (self.pick == null) {
            if (!orphaned) {
                orphaned = true;
                journal.warn("the file of the deployer itself is gone, and none was shipped: it stays");
            }
            return;
        }
        Ledger.BundleRecord record = inventory.current(self.symbolicName);
        Path previous = record == null ? fleet.shippedJar(self.bundle) : store.path(record.hash());
        journal.info((self.pick.isShipped() ? "" : self.pick.file() + ": ")
                + self.pick.content().title() + " takes over as the deployer from " + self.before);
        selfUpdate.begin(self, memory.ledger(), memory.file(), previous);
    }
}
