// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;
import org.apache.felix.service.command.JobListener;
import org.jline.reader.LineReader;
import org.jline.terminal.Terminal;
import org.osgi.service.log.Logger;

/**
 * A Gogo session with the manners of this shell: a command that fails says one line and has an exit status, its stack
 * trace goes to the log at DEBUG, and an interrupt ends the command but not the session.
 *
 * <p>{@link #execute} is for one thread at a time; {@link #interrupt} and {@link #close} are for any.
 */
final class Session implements AutoCloseable {

    /** Where {@link ShellCommands} finds the session it was called in. */
    static final String VARIABLE = ".callgate.session";

    /** What a name without a scope means: the shell's, the platform's (status, why), Felix's, then whoever has it. */
    private static final String SCOPES = "shell:callgate:felix:*";

    private static final Duration LETTING_GO = Duration.ofSeconds(1);

    /** What is to follow the command that has just run. */
    enum Next {
        COMMAND,
        EXIT,
        SHUTDOWN
    }

    private final GogoSession gogo;
    private final Terminal terminal;
    private final PrintStream out;
    private final PrintStream err;
    private final Logger log;
    private final Outcome outcome = new Outcome();
    private volatile Next next = Next.COMMAND;
    private volatile int exitStatus;
    private Thread executing;
    private boolean interruptPending;

    Session(
            CommandProcessor processor,
            Terminal terminal,
            InputStream in,
            OutputStream out,
            OutputStream err,
            Path folder,
            Shell.Context context,
            Logger log) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.err = err == out ? this.out : new PrintStream(err, true, StandardCharsets.UTF_8);
        this.terminal = terminal;
        this.log = log;
        gogo = new GogoSession((CommandProcessorImpl) processor, in, this.out, this.err);
        gogo.put(VARIABLE, this);
        gogo.put(Shell.VAR_TERMINAL, terminal);
        gogo.put(Shell.VAR_PROCESSOR, processor);
        gogo.put(Shell.VAR_SESSION, gogo);
        gogo.put(Shell.VAR_CONTEXT, context);
        gogo.put(Shell.VAR_SCOPE, SCOPES);
        // A path with a star in it is an argument for a command (sysfs attributes have such), not a question to us.
        gogo.put(CommandSession.OPTION_NO_GLOB, true);
        gogo.currentDir(folder);
        gogo.setJobListener(outcome);
    }

    /**
     * Runs the words of a command line outside. A single one is a command line for Gogo ({@code callgate shell "lb |
     * grep linux"}); of several, the first is the command and the others are its arguments, whatever they contain.
     */
    int execute(List<String> words) {
        if (words.size() == 1) {
            return execute(words.get(0));
        }
        gogo.put("args", words.subList(1, words.size())); // no text to parse, so nothing to quote
        return execute(words.get(0) + " $args");
    }

    /** Runs a line, prints its result or its error; returns its exit status. */
    int execute(String line) {
        if (line.isBlank()) {
            return 0;
        }
        if (!begin()) {
            return Failure.INTERRUPTED;
        }
        outcome.reset();
        try {
            gogo.put(Shell.VAR_RESULT, gogo.run(line));
            return next == Next.COMMAND ? outcome.error() : exitStatus;
        } catch (InterruptedException e) {
            return interrupted();
        } catch (Exception e) {
            return failed(line, e);
        } finally {
            end();
            out.flush();
            err.flush();
        }
    }

    /** False when Ctrl-C came after the line was complete and before the command began. */
    private synchronized boolean begin() {
        if (Thread.interrupted() | interruptPending) {
            interruptPending = false;
            return false;
        }
        executing = Thread.currentThread();
        return true;
    }

    private synchronized void end() {
        executing = null;
        Thread.interrupted(); // an interrupt that found the command at its end is not one for the next
    }

    /** This thread was interrupted while it waited for the command: passes it on, and sees it out of the foreground. */
    private int interrupted() {
        Job job = gogo.foregroundJob();
        if (job != null) {
            job.interrupt();
            leaveForeground(job);
            gogo.awaitReaders(LETTING_GO);
        }
        return Failure.INTERRUPTED;
    }

    /**
     * Gogo lets go of a command at once, even of one that ignores its interrupt; but a job that is interrupted before its
     * thread has begun never changes its state, and would be in the way of the next one.
     */
    private static void leaveForeground(Job job) {
        long deadline = System.nanoTime() + LETTING_GO.toNanos();
        synchronized (job) {
            while (job.status() == Job.Status.Foreground) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    job.background();
                    return;
                }
                try {
                    job.wait(left);
                } catch (InterruptedException e) {
                    job.interrupt(); // Ctrl-C once more
                }
            }
        }
    }

    /**
     * Interrupts the command, or the one that is about to begin: from the end of a line's reading to the end of its
     * command there is no moment in which Ctrl-C is lost.
     */
    synchronized void interrupt() {
        if (executing != null) {
            executing.interrupt();
        } else {
            interruptPending = true;
        }
    }

    /** Between commands: what was interrupted so far is history. */
    synchronized void forgetInterrupt() {
        interruptPending = false;
        Thread.interrupted();
    }

    synchronized boolean isExecuting() {
        return executing != null;
    }

    /** Whether the caller is a command of this session. */
    boolean isCaller() {
        Job job = Job.Utils.current();
        return job != null && job.session() == gogo;
    }

    private int failed(String line, Exception e) {
        Help help = help();
        String resolved = help.resolve(CommandLine.command(line));
        String command = resolved == null ? "" : resolved;
        if (resolved != null && asksForHelp(line) && Failure.isWrongArguments(Failure.unwrap(e))) {
            help.explain(CommandLine.command(line), out);
            return 0;
        }
        Failure failure = resolved == null || help.isThere(resolved)
                ? Failure.of(e, command, resolved == null ? "" : help.usage(resolved), help.commands())
                : Failure.notThere(command);
        if (!failure.line().isEmpty()) {
            err.println(failure.line());
            log.debug("{} failed", line, e);
        }
        gogo.put(Shell.VAR_EXCEPTION, e);
        return failure.status();
    }

    private boolean asksForHelp(String line) {
        String[] words = line.strip().split("\\s+");
        return words.length == 2
                && (words[1].equals("--help")
                        || words[1].equals("$args") && List.of("--help").equals(gogo.get("args")));
    }

    Help help() {
        return new Help(gogo);
    }

    CommandSession gogo() {
        return gogo;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Makes the reader known to the commands that work on it (history, clear). */
    void reader(LineReader reader) {
        gogo.put(Shell.VAR_READER, reader);
        // JLine's options are session variables in Gogo: setopt and keymap look there.
        reader.getVariables().forEach((name, value) -> gogo.getVariables().putIfAbsent(name, value));
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    Next next() {
        return next;
    }

    int exitStatus() {
        return exitStatus;
    }

    /** Called by a command of this session: what to do when it has returned. */
    void then(Next what, int status) {
        exitStatus = status;
        next = what;
    }

    /** Ends the session's commands, with an interrupt; they have no streams afterwards. */
    @Override
    public void close() {
        gogo.close();
    }

    /** The error status of commands that print their error themselves and throw nothing (grep, cat, ls). */
    private static final class Outcome implements JobListener {
        private volatile int error;

        void reset() {
            error = 0;
        }

        int error() {
            return error;
        }

        @Override
        public void jobChanged(Job job, Job.Status previous, Job.Status current) {
            if (current == Job.Status.Done && previous == Job.Status.Foreground && job.parent() == null) {
                error = job.result() == null ? 0 : job.result().error();
            }
        }
    }
}
