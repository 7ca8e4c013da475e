// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.ArtifactHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The files that are no bundles, and who has them. Confined to the deployer's thread. */
final class Artifacts {

    private static final class Artifact {
        String stamp = "";
        ArtifactHandler handler;
        String problem = "";
    }

    private final Path folder;
    private final Journal journal;
    private final Map<String, Artifact> artifacts = new TreeMap<>();
    private List<ArtifactHandler> handlers = List.of();

    Artifacts(Path folder, Journal journal) {
        this.folder = folder;
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
                artifact.stamp = "";
            }
            if (artifact.handler == null) {
                look(name);
            }
        });
    }

    /** A file may be new, or have other content. */
    void look(String name) {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            return;
        }
        Artifact artifact = artifacts.computeIfAbsent(name, n -> new Artifact());
        try {
            String stamp = ContentStore.stamp(file);
            if (!stamp.equals(artifact.stamp)) {
                offer(file, artifact);
                artifact.stamp = artifact.handler == null ? "" : stamp;
            }
        } catch (IOException e) {
            problem(name, artifact, "cannot be read: " + e.getMessage());
        }
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
            String state = artifact.handler == null ? "unhandled" : artifact.problem.isEmpty() ? "live" : "bad";
            rows.add(new Row(name, "-", "-", state, artifact.problem, 0, 0));
        });
        return rows;
    }
}
