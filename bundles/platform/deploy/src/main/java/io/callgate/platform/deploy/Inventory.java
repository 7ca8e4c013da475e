// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;

/** What the framework has under each symbolic name, and where that came from. Confined to the deployer's thread. */
final class Inventory {

    /** What has its content from a file, by symbolic name. */
    final Map<String, Ledger.BundleRecord> records = new TreeMap<>();

    /** Why a content is not tried again, by its hash. */
    final Map<String, String> refused = new TreeMap<>();

    private final Fleet fleet;
    private final ContentStore store;
    private final Journal journal;
    private final Map<Path, String> shippedHashes = new HashMap<>();

    Inventory(Fleet fleet, ContentStore store, Journal journal) {
        this.fleet = fleet;
        this.store = store;
        this.journal = journal;
    }

    /** The record of a name, if the framework still has the content it speaks of. */
    Ledger.BundleRecord current(String name) {
        Ledger.BundleRecord record = records.get(name);
        Bundle bundle = record == null ? null : fleet.bundle(record.id());
        return bundle != null
                        && name.equals(bundle.getSymbolicName())
                        && bundle.getLastModified() == record.lastModified()
                ? record
                : null;
    }

    /** The bundle a name belongs to, or null. */
    Bundle bundleOf(String name) {
        Ledger.BundleRecord record = records.get(name);
        Bundle bundle = record == null ? null : fleet.bundle(record.id());
        return bundle != null && name.equals(bundle.getSymbolicName()) ? bundle : fleet.named(name);
    }

    /** The hash of what the framework has for a name; empty if that is nothing, or not known. */
    String runningHash(String name) {
        if (records.containsKey(name)) {
            Ledger.BundleRecord record = current(name);
            return record == null ? "" : record.hash();
        }
        Bundle bundle = fleet.named(name);
        Path jar = bundle == null || Fleet.isOurs(bundle) ? null : fleet.shippedJar(bundle);
        try {
            return jar == null ? "" : shippedHash(jar);
        } catch (IOException e) {
            journal.debug(jar + " cannot be read: " + Problem.of(e));
            return "";
        }
    }

    /** Whether the framework has this content already. */
    boolean isRunning(Pick pick) {
        return pick.content().hash().equals(runningHash(pick.content().symbolicName()));
    }

    /** The order of installation decides between equal exporters: with a new cache it has to be what it was. */
    long idOf(String name) {
        Ledger.BundleRecord record = records.get(name);
        return record == null ? Long.MAX_VALUE : record.id();
    }

    /** Ids of the bundles whose content is a dropped one. */
    Set<Long> deployedIds() {
        Set<Long> ids = records.values().stream().map(Ledger.BundleRecord::id).collect(Collectors.toSet());
        fleet.all().stream().filter(Fleet::isOurs).forEach(bundle -> ids.add(bundle.getBundleId()));
        return ids;
    }

    /** A content of the store, or null if it cannot be used any more. */
    Content contentOrNull(String hash) {
        try {
            return store.content(hash);
        } catch (BadJarException | IOException e) {
            journal.debug("the stored " + hash + " cannot be used: " + Problem.of(e));
            return null;
        }
    }

    /** What a shipped jar holds, or null if it cannot be read. */
    Content shippedContent(Path jar) {
        try {
            return JarCheck.check(jar, shippedHash(jar), new byte[1 << 16]);
        } catch (BadJarException | IOException e) {
            journal.warn("the shipped " + jar + " " + Problem.of(e) + ": unpack the image again");
            return null;
        }
    }

    private String shippedHash(Path jar) throws IOException {
        String known = shippedHashes.get(jar);
        if (known == null) {
            known = store.hash(jar);
            shippedHashes.put(jar, known);
        }
        return known;
    }

    /** Writes down what a change did, whether it went well or not. */
    void record(Change change) {
        if (!change.exchanged) {
            return;
        }
        if (change.pick == null || change.pick.isShipped()) {
            records.remove(change.symbolicName);
        } else {
            records.put(change.symbolicName, recordOf(change, 0, change.expected));
        }
    }

    static Ledger.BundleRecord recordOf(Change change, long tookMillis, Set<String> services) {
        return new Ledger.BundleRecord(
                change.symbolicName,
                change.pick.content().hash(),
                change.pick.file(),
                change.bundle.getBundleId(),
                change.bundle.getLastModified(),
                System.currentTimeMillis(),
                tookMillis,
                List.copyOf(services));
    }
}
