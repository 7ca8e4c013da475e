// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;

/** {@code log:tail} and {@code log:level}. */
public final class LogCommands {

    static final String SCOPE = "log";
    static final String[] FUNCTIONS = {"tail", "level"};

    private static final int SCREENFUL = 20;
    private static final String STOPPED =
            "log:tail ends, for the log is being stopped or updated: type it again in a moment";

    private final Recorder recorder;
    private final Levels levels;
    private final Set<Follower> followers = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    LogCommands(Recorder recorder, Levels levels) {
        this.recorder = recorder;
        this.levels = levels;
    }

    @Descriptor("shows the last lines of the log")
    public void tail(
            @Descriptor("go on with every new line, until Ctrl-C")
                    @Parameter(
                            names = {"-f", "--follow"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean follow,
            @Descriptor("with stack traces")
                    @Parameter(
                            names = {"-t", "--traces"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean traces)
            throws IOException, InterruptedException {
        tail(follow, traces, SCREENFUL);
    }

    @Descriptor("shows the last lines of the log, this many")
    public void tail(
            @Descriptor("go on with every new line, until Ctrl-C")
                    @Parameter(
                            names = {"-f", "--follow"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean follow,
            @Descriptor("with stack traces")
                    @Parameter(
                            names = {"-t", "--traces"},
                            presentValue = "true",
                            absentValue = "false")
                    boolean traces,
            @Descriptor("how many") int lines)
            throws IOException, InterruptedException {
        if (lines < 0) {
            throw new IllegalArgumentException("the number of lines is " + lines + " and must not be negative");
        }
        PrintStream out = System.out;
        if (follow) {
            follow(traces, lines, out);
        } else {
            recorder.tail(lines, traces).forEach(out::println);
        }
    }

    private void follow(boolean traces, int lines, PrintStream out) throws IOException, InterruptedException {
        Follower follower = new Follower();
        followers.add(follower);
        recorder.follow(follower); // before the past is read: a line may come twice, none is missed
        try {
            if (stopped) {
                follower.end();
            }
            recorder.tail(lines, traces).forEach(out::println);
            while (!out.checkError()) {
                Optional<String> line = follower.next();
                out.println(line.orElse(STOPPED));
                if (line.isEmpty()) {
                    return;
                }
            }
        } finally {
            recorder.unfollow(follower);
            followers.remove(follower);
        }
    }

    /** Ends what follows the log: it would wait in a bundle that has gone. */
    void stop() {
        stopped = true;
        followers.forEach(Follower::end);
    }

    @Descriptor("lists the levels that have been set")
    public void level() {
        levels.all().forEach((logger, level) -> System.out.printf("%-5s %s%n", level, logger));
    }

    @Descriptor("says from which level up a logger is heard")
    public String level(@Descriptor("a logger or the beginning of its name; ROOT is all") String logger) {
        return levels.of(logger) + " " + logger;
    }

    @Descriptor("sets the level of a logger; it is kept as configuration org.osgi.service.log.admin")
    public String level(
            @Descriptor("a logger or the beginning of its name; ROOT is all") String logger,
            @Descriptor("ERROR, WARN, INFO, DEBUG, TRACE, or default") String level)
            throws IOException {
        levels.set(logger, level);
        return level(logger);
    }
}
