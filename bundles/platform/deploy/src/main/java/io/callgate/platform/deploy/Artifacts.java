// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.ArtifactHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The files that are no bundles, and who has them. A handler gets whole files only: those whose writer has closed them,
 * and those that a scan found and that nobody has written to for a while. Confined to the deployer's thread.
 */
final class Artifacts {

    private static final class Artifact {
        /** Of the file as its handler has it; empty if none has. */
        String taken = "";

        /** Of the file when it was last known to be whole. */
        String whole = "";

        /** Set while it is seen whether somebody still writes. */
        Agenda.Later quiet;

        ArtifactHandler handler;
        String problem = "";
    }

    private final Path folder;
    private final Agenda agenda;
    private final Timing timing;
    private final Journal journal;
    private final Runnable changed;
    private final Map<String, Artifact> artifacts = new TreeMap<>();
    private List<ArtifactHandler> handlers = List.of();

    /** @param changed is run when something was found without an event */
    Artifacts(Path folder, Agenda agenda, Timing timing, Journal journal, Runnable changed) {
        this.folder = folder;
        this.agenda = agenda;
        this.timing = timing;
        this.changed = changed;
        this.journal = journal;
    }

    Set<String> names() {
        return Set.copyOf(artifacts.keySet());
    }

    /** @param now all handlers there are, best first */
    void handlers(List<ArtifactHandler> now) {
        handlers = List.copyOf(now);
        artifacts.forEach((name, artifact) -> {
            if (artifact.handler != null && !handlers.contains(artifact.handler)) {
                artifact.handler = null;
                artifact.taken = "";
            }
            if (artifact.handler == null) {
                look(name, false);
            }
        });
    }

    /** @param closed true if the file's writer is known to have closed it */
    void look(String name, boolean closed) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return;
        }
        Artifact artifact = artifacts.computeIfAbsent(name, n -> new Artifact());
        try {
            String stamp = ContentStore.stamp(file);
            if (closed || isOld(file)) {
                artifact.whole = stamp;
            }
            if (!stamp.equals(artifact.whole)) {
                lookWhenQuiet(name, artifact, stamp);
            } else if (!stamp.equals(artifact.taken)) {
                offer(file, artifact);
                artifact.taken = artifact.handler == null ? "" : stamp;
            }
        } catch (IOException e) {
            problem(name, artifact, "cannot be read: " + Problem.of(e));
        }
    }

    private boolean isOld(Path file) throws IOException {
        FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
        return System.currentTimeMillis() - changed.toMillis() > timing.quiet().toMillis();
    }

    private void lookWhenQuiet(String name, Artifact artifact, String stamp) {
        if (artifact.quiet != null) {
            return;
        }
        artifact.quiet = agenda.after(timing.quiet(), () -> {
            artifact.quiet = null;
            try {
                Path file = folder.resolve(name);
                look(name, Files.exists(file) && ContentStore.stamp(file).equals(stamp));
                changed.run();
            } catch (IOException e) {
                problem(name, artifact, "cannot be read: " + Problem.of(e));
            }
        });
    }

    private void offer(Path file, Artifact artifact) {
        String name = file.getFileName().toString();
        for (ArtifactHandler handler : handlers) {
            try {
                if (handler.accepts(file)) {
                    artifact.handler = handler;
                    handler.installed(file);
                    artifact.problem = "";
                    journal.info(name + " is taken by " + handler.getClass().getSimpleName());
                    return;
                }
            } catch (IOException | RuntimeException e) {
                problem(name, artifact, handler.getClass().getSimpleName() + " refuses it: " + Fleet.reason(e));
                return;
            }
        }
        problem(name, artifact, "nobody takes such files: a bundle's name ends in .jar");
    }

    private void problem(String name, Artifact artifact, String problem) {
        if (!problem.equals(artifact.problem)) {
            artifact.problem = problem;
            journal.warn(name + ": " + problem);
        }
    }

    /** A file has been missing for long enough. */
    void deleted(String name) {
        if (Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Artifact artifact = artifacts.remove(name);
        if (artifact == null || artifact.handler == null) {
            return;
        }
        try {
            artifact.handler.removed(folder.resolve(name));
            journal.info(name + " is gone, and taken back by "
                    + artifact.handler.getClass().getSimpleName());
        } catch (IOException | RuntimeException e) {
            journal.warn(name + " is gone, but cannot be taken back: " + Fleet.reason(e));
        }
    }

    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        artifacts.forEach((name, artifact) -> {
            String state = artifact.handler == null ? "ignored" : artifact.problem.isEmpty() ? "live" : "bad";
            rows.add(new Row(name, "-", "-", state, artifact.problem, 0, 0));
        });
        return rows;
    }
}
