// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.ArrayList;
import java.util.List;

/** Says why files do not serve, once each, and keeps the list for the shell. */
final class Report {

    private final DropFolder folder;
    private final Inventory inventory;
    private final Artifacts artifacts;
    private final Trials trials;
    private final Journal journal;
    private volatile boolean waiting;
    private volatile List<Row> rows = List.of();

    Report(DropFolder folder, Inventory inventory, Artifacts artifacts, Trials trials, Journal journal) {
        this.folder = folder;
        this.inventory = inventory;
        this.artifacts = artifacts;
        this.trials = trials;
        this.journal = journal;
    }

    /** For any thread: how it stood at the last report. */
    List<Row> rows() {
        return rows;
    }

    /** For any thread: whether a file waits for something that may come by itself. */
    boolean isSomethingWaiting() {
        return waiting;
    }

    /** Says what is new about files that do not serve, and makes the list. */
    void report() {
        List<Row> list = new ArrayList<>();
        boolean somethingWaits = false;
        for (Drop drop : folder.drops()) {
            Content content = drop.isReadable() ? inventory.contentOrNull(drop.seen) : null;
            list.add(row(drop, content));
            boolean aside = content != null && inventory.refused.containsKey(content.hash());
            somethingWaits |= drop.note != null && !aside;
            if (drop.note != null && !drop.note.equals(drop.said) && !aside) {
                journal.warn(
                        drop.name + (content == null ? " " : ": " + content.title() + " ") + drop.note + serving(drop));
            }
            drop.said = drop.note;
        }
        list.addAll(artifacts.rows());
        waiting = somethingWaits;
        rows = List.copyOf(list);
    }

    /** What serves in the place of a file that cannot: its last good content, or what another file brought since. */
    private String serving(Drop drop) {
        Content good = drop.good == null || drop.note.startsWith("dup") ? null : inventory.contentOrNull(drop.good);
        Ledger.BundleRecord now = good == null ? null : inventory.current(good.symbolicName());
        Content serving = now == null ? good : inventory.contentOrNull(now.hash());
        return serving == null ? "" : " (" + serving.version() + " goes on serving)";
    }

    private Row row(Drop drop, Content content) {
        String name = content == null ? "-" : content.symbolicName();
        String version = content == null ? "-" : content.version().toString();
        Ledger.BundleRecord record = content == null ? null : inventory.current(name);
        boolean serves = record != null && record.hash().equals(drop.seen) && drop.note == null;
        String state = drop.note == null
                ? trials.of(name) != null ? "probation" : serves ? "live" : "shipped"
                : drop.problem != null ? "bad" : drop.note.substring(0, drop.note.indexOf(':'));
        String note =
                drop.note == null ? "" : drop.problem != null ? drop.problem : drop.note.substring(state.length() + 2);
        return new Row(
                drop.name,
                name,
                version,
                state.equals("waits") ? "waiting" : state,
                note,
                serves ? record.sinceMillis() : 0,
                serves ? record.tookMillis() : 0);
    }
}
