// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Starts a gateway in the background, in a session of its own, and comes back when it is live, or says why it is not.
 * Its log is the gateway's own; what it says on standard error goes to {@code log/start.log}.
 */
final class StartCommand {

    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** What a JVM says after the line that tells why it does not start. */
    private static final Set<String> AFTERWORDS = Set.of(
            "Error: Could not create the Java Virtual Machine.",
            "Error: A fatal exception has occurred. Program will exit.");

    private final Path home;
    private final DataFolder data;

    StartCommand(Path home, DataFolder data) {
        this.home = home;
        this.data = data;
    }

    ExitCode run() throws LaunchException {
        data.prepare();
        OptionalLong holder = DataLock.holder(data);
        if (holder.isPresent()) {
            throw new LaunchException(
                    ExitCode.ALREADY_RUNNING,
                    "already running, pid " + holder.getAsLong() + ", data folder " + data.path()
                            + ": stop it with callgate stop --data " + ShellWord.of(data.path())
                            + ", or start another one with --data DIR");
        }
        Path log = data.path().resolve("log/start.log");
        try (WatchService changes = FileSystems.getDefault().newWatchService()) {
            Path folder = data.status().getParent();
            folder.register(changes, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
            Files.deleteIfExists(data.status());
            return await(spawn(log), changes, log);
        } catch (IOException e) {
            throw LaunchException.of(
                    data.path(), e, "make the data folder writable, or name another one with --data DIR");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LaunchException("interrupted; see bin/callgate status", e);
        }
    }

    private Process spawn(Path log) throws IOException {
        return new ProcessBuilder(
                        "setsid",
                        home.resolve("bin/callgate").toString(),
                        "run",
                        "--data",
                        data.path().toString())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(new File("/dev/null"))
                .redirectError(log.toFile())
                .start();
    }

    private ExitCode await(Process gateway, WatchService changes, Path log)
            throws IOException, InterruptedException, LaunchException {
        // Its end must wake us too: a change in the folder that is watched, made by this process.
        gateway.onExit().thenRun(() -> touch(data.status().resolveSibling("ended")));
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            Optional<StatusFile.Status> live = live();
            if (live.isPresent()) {
                System.out.println("started, pid " + live.get().pid() + ", data folder " + data.path());
                return ExitCode.OK;
            }
            if (!gateway.isAlive()) {
                throw new LaunchException(ExitCode.FAILED, "the gateway does not start: " + lastLine(log));
            }
            WatchKey key = changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (key == null) {
                throw new LaunchException(
                        ExitCode.FAILED,
                        "not live after " + LIMIT.toSeconds() + " s, still starting; see " + data.path() + "/log");
            }
            key.pollEvents();
            key.reset();
        }
    }

    private Optional<StatusFile.Status> live() throws LaunchException {
        OptionalLong holder = DataLock.holder(data);
        return holder.isPresent() ? new StatusFile(data.status()).read(holder.getAsLong()) : Optional.empty();
    }

    private static void touch(Path file) {
        try {
            Files.write(file, List.of());
            Files.delete(file);
        } catch (IOException e) {
            Say.warning(file + " cannot be written: " + LaunchException.reason(e));
        }
    }

    static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank() && !AFTERWORDS.contains(line))
                .toList();
        if (lines.isEmpty()) {
            return "it said nothing; try bin/callgate run";
        }
        return lines.get(lines.size() - 1).replaceFirst("^callgate: ", "") + " (" + log + ")";
    }
}
