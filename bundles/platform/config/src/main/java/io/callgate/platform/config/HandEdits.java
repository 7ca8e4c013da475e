// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a person does in the folder of configurations becomes a configuration update.
 *
 * <p>A file is looked at when it has been quiet for a moment. One that parses is whole: JSON ends with its brace. One
 * that does not is either wrong or not finished yet, so it is left alone until it has been quiet for two seconds and
 * nobody has it open for writing; only then it is set aside. A deletion also counts after two seconds, for many
 * programs delete before they write. Everything here runs on the agenda's thread.
 */
final class HandEdits {

    static final Duration SETTLE = Duration.ofMillis(50);
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration DONE = null;

    /** What is going on with a file. */
    private static final class Touch {
        private long last;
        private boolean said;
    }

    private final ConfigFolder folder;
    private final ConfigStore store;
    private final Adoption adoption;
    private final Problems problems;
    private final OpenFiles open;
    private final Agenda agenda;
    private final OneLineLog log;
    private final Map<String, Touch> touches = new HashMap<>();
    private final Set<String> misnamed = new HashSet<>();

    HandEdits(
            ConfigFolder folder,
            ConfigStore store,
            Adoption adoption,
            Problems problems,
            OpenFiles open,
            Agenda agenda,
            OneLineLog log) {
        this.folder = folder;
        this.store = store;
        this.adoption = adoption;
        this.problems = problems;
        this.open = open;
        this.agenda = agenda;
        this.log = log;
    }

    /** Something happened to a file of this name. */
    void touched(String file) {
        if (file.startsWith(".") || !file.endsWith(FileName.SUFFIX)) {
            return;
        }
        Touch touch = touches.computeIfAbsent(file, f -> new Touch());
        touch.last = agenda.now();
        lookLater(file, touch, SETTLE);
    }

    /** Finds what happened while nobody watched. */
    void rescan() {
        Set<String> unseen = new HashSet<>(folder.files());
        for (Known known : store.all()) {
            Stamp now = Stamp.of(folder.path(known.name())).orElse(null);
            if (now == null ? known.stamp() != null : !now.equals(known.stamp())) {
                touched(known.name().file());
            }
            unseen.remove(known.name().file());
        }
        unseen.forEach(this::touched);
    }

    private void lookLater(String file, Touch touch, Duration delay) {
        long last = touch.last;
        agenda.after(delay, () -> {
            if (touch.last == last && touches.get(file) == touch) {
                look(file, touch);
            }
        });
    }

    private void look(String file, Touch touch) {
        Duration quiet = Duration.ofNanos(agenda.now() - touch.last);
        Optional<FileName> name = FileName.parse(file);
        Duration again = name.isPresent() ? examine(name.get(), touch, quiet) : misnamed(file);
        if (again == DONE) {
            touches.remove(file);
        } else {
            lookLater(file, touch, again);
        }
    }

    /** Returns when to look again, or {@link #DONE}. */
    private Duration examine(FileName name, Touch touch, Duration quiet) {
        Optional<Stamp> judged = Stamp.of(folder.path(name));
        if (judged.isEmpty()) {
            return absent(name, quiet);
        }
        try {
            return accept(folder.read(name));
        } catch (NoSuchFileException e) {
            return SETTLE;
        } catch (IOException e) {
            return malformed(name, judged.get(), e, touch, quiet);
        }
    }

    private Duration absent(FileName name, Duration quiet) {
        boolean served =
                store.find(name.pid()).filter(known -> known.stamp() != null).isPresent();
        if (!served || !Files.isDirectory(folder.path())) {
            return DONE;
        }
        if (quiet.compareTo(PATIENCE) < 0) {
            return PATIENCE.minus(quiet);
        }
        try {
            if (!adoption.vanished(name, new Change(Generation.Kind.DELETE))) {
                return SETTLE;
            }
            log.info(name.pid() + " is deleted, as its file is; config:rollback brings it back");
        } catch (IOException e) {
            log.error(name.pid() + " could not be deleted: " + Disk.reason(e));
        }
        return DONE;
    }

    private Duration accept(Known typed) {
        FileName name = typed.name();
        if (store.isServed(typed)) {
            return DONE;
        }
        boolean fresh = !store.exists(name.pid());
        try {
            adoption.check(name, typed.document());
        } catch (IOException e) {
            return setAside(name, typed.stamp(), Disk.reason(e).replace(name.pid() + " is refused: ", "refused, "));
        }
        try {
            if (!adoption.edited(typed, new Change(Generation.Kind.EDIT))) {
                return SETTLE;
            }
            log.info(name.pid() + (fresh ? " is new, from its file" : " follows the edit of its file"));
        } catch (IOException e) {
            log.error(name.pid() + ": " + Disk.reason(e));
        }
        return DONE;
    }

    private Duration malformed(FileName name, Stamp judged, IOException e, Touch touch, Duration quiet) {
        if (quiet.compareTo(PATIENCE) < 0) {
            return PATIENCE.minus(quiet);
        }
        Optional<String> writer = open.writer(folder.path(name));
        if (writer.isEmpty()) {
            return setAside(name, judged, Disk.reason(e));
        }
        if (!touch.said) {
            touch.said = true;
            log.info(name.file() + " is not complete yet, " + writer.get() + " has it open; the version before serves");
        }
        return PATIENCE;
    }

    private Duration setAside(FileName name, Stamp judged, String reason) {
        boolean served = store.exists(name.pid());
        String what = name.file() + ": " + reason;
        try {
            Optional<Path> aside = store.setAside(name, judged);
            if (aside.isEmpty()) {
                return SETTLE;
            }
            problems.setAside(name, reason, aside.get());
            log.error(what + "; your edit is kept as " + aside.get() + ", "
                    + (served ? "the old text is back in place" : "nothing serves in its place")
                    + "; mend it there and move it back");
        } catch (IOException e) {
            problems.setAside(name, reason, folder.path(name));
            log.error(what + "; " + (served ? "the version before it serves" : "nothing serves in its place")
                    + "; your edit stays where it is (" + Disk.reason(e) + ")");
        }
        return DONE;
    }

    private Duration misnamed(String file) {
        if (Files.isRegularFile(folder.path().resolve(file)) && misnamed.add(file)) {
            log.warn(file + " is not read, for no PID is written so: rename it to " + FileName.canonical(file));
        }
        return DONE;
    }
}
