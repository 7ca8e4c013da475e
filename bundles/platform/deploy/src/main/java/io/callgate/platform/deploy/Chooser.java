// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Decides which content each symbolic name should have: a function of the files, of what was refused and of what cannot
 * be resolved, not of the order in which things came. A file whose newest content cannot serve stands with its last
 * good one. Of two files with one symbolic name the higher version serves; of equal ones that which serves already.
 */
final class Chooser {

    /** Looks a content up; null if it is no longer there. */
    interface Contents {
        Content content(String hash);
    }

    private final Collection<Drop> drops;
    private final Contents contents;
    private final Map<String, String> refused;
    private final Function<String, Ledger.BundleRecord> records;
    private final Map<String, String> held = new TreeMap<>();

    /** @param records what served last under a symbolic name, also if the framework has lost it since; or null */
    Chooser(
            Collection<Drop> drops,
            Contents contents,
            Map<String, String> refused,
            Function<String, Ledger.BundleRecord> records) {
        this.drops = drops;
        this.contents = contents;
        this.refused = refused;
        this.records = records;
    }

    /** Leaves a content out of the next choice, because it waits for something. */
    void hold(String hash, String reason) {
        held.put(hash, reason);
    }

    void release(String hash) {
        held.remove(hash);
    }

    boolean isHeld(String hash) {
        return held.containsKey(hash);
    }

    List<String> held() {
        return List.copyOf(held.keySet());
    }

    /** As this one, with one content no longer held. */
    Chooser without(String hash) {
        Chooser other = new Chooser(drops, contents, refused, records);
        other.held.putAll(held);
        other.held.remove(hash);
        return other;
    }

    /** Chooses, and notes at each file why it was not chosen. */
    Map<String, Pick> choose() {
        Map<String, Pick> picks = new TreeMap<>();
        for (Drop drop : drops) {
            drop.note = note(drop);
            Content content = standsWith(drop);
            if (content != null) {
                picks.merge(content.symbolicName(), new Pick(content, drop.name), this::better);
            }
        }
        drops.forEach(drop -> noteDuplicate(drop, picks));
        return picks;
    }

    private String note(Drop drop) {
        if (drop.problem != null) {
            return drop.problem;
        }
        String reason = refused.get(drop.seen);
        if (reason != null) {
            return "set aside: " + reason;
        }
        reason = held.get(drop.seen);
        return reason == null ? null : "waits: " + reason;
    }

    /** Its newest content if that may serve, else its last good one, unless it is another bundle altogether. */
    private Content standsWith(Drop drop) {
        Content newest = drop.isReadable() ? contents.content(drop.seen) : null;
        if (newest != null && mayServe(newest)) {
            return newest;
        }
        Content good = drop.good == null ? null : contents.content(drop.good);
        boolean isSame = newest == null || good != null && good.symbolicName().equals(newest.symbolicName());
        return good != null && isSame && mayServe(good) ? good : null;
    }

    private boolean mayServe(Content content) {
        return !refused.containsKey(content.hash()) && !held.containsKey(content.hash());
    }

    private Pick better(Pick a, Pick b) {
        return Stream.of(a, b).min(order(a.content().symbolicName())).orElseThrow();
    }

    private Comparator<Pick> order(String symbolicName) {
        Ledger.BundleRecord now = records.apply(symbolicName);
        String hash = now == null ? "" : now.hash();
        String file = now == null ? "" : now.file();
        return Comparator.comparing((Pick p) -> p.content().version())
                .reversed()
                .thenComparing(p -> !p.content().hash().equals(hash))
                .thenComparing(p -> !p.file().equals(file))
                .thenComparing(Pick::file);
    }

    private void noteDuplicate(Drop drop, Map<String, Pick> picks) {
        Content content = drop.note == null ? contents.content(drop.seen) : null;
        Pick pick = content == null ? null : picks.get(content.symbolicName());
        if (pick == null || pick.file().equals(drop.name)) {
            return;
        }
        String which = pick.content().version().equals(content.version())
                ? " too, in the same version"
                : " " + pick.content().version() + " too, which is higher";
        String same = pick.content().hash().equals(content.hash()) ? " (the same content)" : "";
        drop.note =
                "duplicate: " + pick.file() + " is " + content.symbolicName() + which + same + "; delete one of them";
    }
}
