// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.framework.Bundle;

/** Compares what each symbolic name should have with what the framework has. Confined to the deployer's thread. */
final class Planner {

    private final DropFolder folder;
    private final Inventory inventory;
    private final Trials trials;
    private final Fleet fleet;
    private final Components components;
    private final SelfUpdate selfUpdate;
    private final Agenda agenda;
    private final Journal journal;

    Planner(
            DropFolder folder,
            Inventory inventory,
            Trials trials,
            Fleet fleet,
            Components components,
            SelfUpdate selfUpdate,
            Agenda agenda,
            Journal journal) {
        this.folder = folder;
        this.inventory = inventory;
        this.trials = trials;
        this.fleet = fleet;
        this.components = components;
        this.selfUpdate = selfUpdate;
        this.agenda = agenda;
        this.journal = journal;
    }

    private Map<String, Pick> choose(Chooser chooser) {
        Map<String, String> unresolvable = unresolvable(choice(chooser));
        while (!unresolvable.isEmpty()) {
            unresolvable.forEach(chooser::hold);
            unresolvable = unresolvable(choice(chooser));
        }
        for (String hash : chooser.held()) {
            // Perhaps it was held too early: what it needs was to be replaced by something that waits itself.
            Map<String, Pick> more = choice(chooser.without(hash));
            if (unresolvable(more).isEmpty()) {
                chooser.release(hash);
            }
        }
        return choice(chooser);
    }

    private Map<String, Pick> choice(Chooser chooser) {
        Map<String, Pick> picks = chooser.choose();
        addShipped(picks);
        return picks;
    }

    /** Names that had a dropped content, and have no file any more, go back to what was shipped. */
    private void addShipped(Map<String, Pick> picks) {
        for (Ledger.BundleRecord record : inventory.records.values()) {
            Bundle bundle = picks.containsKey(record.symbolicName()) ? null : fleet.bundle(record.id());
            Path jar = bundle == null || Fleet.isOurs(bundle) ? null : fleet.shippedJar(bundle);
            if (jar != null) {
                Content shipped = inventory.shippedContent(jar);
                if (shipped != null) {
                    picks.put(record.symbolicName(), new Pick(shipped, null));
                }
            }
        }
    }

    /** Why, by hash, some of these contents have to wait. */
    private Map<String, String> unresolvable(Map<String, Pick> picks) {
        Map<String, Pick> coming = new TreeMap<>(picks);
        coming.values().removeIf(inventory::isRunning);
        Set<Bundle> gone = new HashSet<>();
        coming.keySet().stream()
                .map(inventory::bundleOf)
                .filter(Objects::nonNull)
                .forEach(gone::add);
        Resolvable ahead = fleet.lookAhead(
                gone, coming.values().stream().map(Pick::content).toList());
        Map<String, String> roots = new TreeMap<>();
        Map<String, String> others = new TreeMap<>();
        picks.forEach((name, pick) -> {
            Object id = coming.containsKey(name)
                    ? pick.content().hash()
                    : inventory.bundleOf(name).getBundleId();
            String reason = pick.isShipped() ? null : ahead.reason(id);
            if (reason != null) {
                String foreign = ahead.isForAnotherPlatform(id) ? ": made for another platform version" : "";
                (ahead.isRoot(id) ? roots : others).put(pick.content().hash(), reason + foreign);
            }
        });
        // With the roots held, something else may stand in for them, and the others may find what they need.
        Map<String, String> reasons = roots.isEmpty() ? others : roots;
        return reasons.isEmpty() ? whatWeStandOn(coming, ahead) : reasons;
    }

    /** Nothing may take away what the deployer itself is wired to: nobody could bring it back. */
    private Map<String, String> whatWeStandOn(Map<String, Pick> coming, Resolvable ahead) {
        Map<String, String> reasons = new TreeMap<>();
        String lost = selfUpdate.bundleId() < 0 ? null : ahead.reason(selfUpdate.bundleId());
        coming.forEach((name, pick) -> {
            Bundle replaced = inventory.bundleOf(name);
            if (lost != null && replaced != null && !pick.isShipped() && selfUpdate.standsOn(replaced)) {
                reasons.put(pick.content().hash(), "with it the deployer would be lost, which " + lost);
            }
        });
        return reasons;
    }

    /** The difference between what should be and what is; empty if there is none. */
    List<Change> changes() {
        Chooser chooser =
                new Chooser(folder.drops(), inventory::contentOrNull, inventory.refused, inventory.records::get);
        Map<String, Pick> picks = choose(chooser);
        List<Change> changes = new ArrayList<>();
        picks.forEach((name, pick) -> {
            if (inventory.isRunning(pick)) {
                follow(name, pick);
            } else {
                changes.add(change(name, pick, inventory.bundleOf(name)));
            }
        });
        for (Bundle bundle : fleet.all()) {
            // One whose dependency has gone keeps its place and its data, and waits.
            boolean waits = chooser.isHeld(inventory.runningHash(bundle.getSymbolicName()));
            if (Fleet.isOurs(bundle) && !picks.containsKey(bundle.getSymbolicName()) && !waits) {
                changes.add(change(bundle.getSymbolicName(), null, bundle));
            }
        }
        changes.sort(Comparator.comparing(change -> inventory.idOf(change.symbolicName)));
        return changes;
    }

    private Change change(String name, Pick pick, Bundle bundle) {
        Drop drop = pick == null || pick.isShipped() ? null : folder.drop(pick.file());
        boolean isNewest = drop != null && pick.content().hash().equals(drop.seen);
        long closed = isNewest ? drop.closedNanos : agenda.nanoTime();
        boolean isUpdate = bundle != null && isNewest;
        Set<String> services = isUpdate ? expectedServices(name, bundle) : Set.of();
        Set<String> satisfied = isUpdate ? expectedComponents(name, bundle) : Set.of();
        Change change = new Change(name, pick, bundle, closed, services, satisfied);
        Ledger.BundleRecord before = inventory.records.get(name);
        change.fileBefore = before == null ? null : before.file();
        change.starts = bundle == null
                || Fleet.startsByItself(bundle)
                || Fleet.isOurs(bundle) && inventory.current(name) == null;
        return change;
    }

    /** What runs now, or what one that is still on probation should have brought. */
    private Set<String> expectedServices(String name, Bundle bundle) {
        Probation probation = trials.of(name);
        if (probation != null) {
            return probation.change.expected;
        }
        Ledger.BundleRecord record = inventory.records.get(name);
        boolean isUnknown = record != null && record.lastModified() != bundle.getLastModified();
        return isUnknown ? new TreeSet<>(record.services()) : Fleet.services(bundle);
    }

    private Set<String> expectedComponents(String name, Bundle bundle) {
        Probation probation = trials.of(name);
        return probation == null ? components.satisfied(bundle) : probation.change.components;
    }

    /** The content is the same, but it may stand under another name now. */
    private void follow(String name, Pick pick) {
        Ledger.BundleRecord record = inventory.current(name);
        if (pick.isShipped()) {
            inventory.records.remove(name);
            return;
        }
        Drop drop = folder.drop(pick.file());
        if (trials.of(name) == null) {
            drop.good = pick.content().hash();
        }
        if (record != null && !record.file().equals(pick.file())) {
            journal.info(pick.file() + ": " + pick.content().title() + " goes on under this name");
            inventory.records.put(name, record.inFile(pick.file()));
        }
    }
}
