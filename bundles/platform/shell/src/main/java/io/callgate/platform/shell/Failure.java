// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import io.callgate.platform.Nearest;
import java.io.EOFException;
import java.lang.reflect.InvocationTargetException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.EOFError;
import org.apache.felix.gogo.runtime.SyntaxError;

/** What a failed command says: one line, and an exit status. The stack trace is for the log. */
record Failure(String line, int status) {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int INTERRUPTED = 130; // as a shell reports SIGINT

    /**
     * @param command the command's full name, or empty
     * @param usage its usage line, or empty
     */
    static Failure of(Throwable thrown, String command, String usage, Set<String> commands) {
        Throwable cause = unwrap(thrown);
        if (cause instanceof InterruptedException || cause instanceof CancellationException) {
            return new Failure("", INTERRUPTED);
        }
        if (cause instanceof CommandNotFoundException unknown) {
            return new Failure(unknown(unknown.getCommand(), commands), USAGE);
        }
        if (cause instanceof SyntaxError || cause instanceof EOFException || cause instanceof EOFError) {
            return new Failure("syntax: " + firstLine(cause.getMessage()), USAGE);
        }
        if (isWrongArguments(cause)) {
            return new Failure(usage.isEmpty() ? command + ": wrong arguments" : "usage: " + usage, USAGE);
        }
        String message = message(cause);
        String prefix = command.isEmpty() || message.startsWith(command + ":") ? "" : command + ": ";
        return new Failure(prefix + message, FAILED);
    }

    /** A command whose component was not activated. */
    static Failure notThere(String command) {
        return new Failure(command + " cannot be had now: its component was not activated, log:tail says why", FAILED);
    }

    static boolean isWrongArguments(Throwable cause) {
        // Gogo's Reflective, of a call that fits none of the command's methods.
        return cause instanceof IllegalArgumentException
                && cause.getMessage() != null
                && cause.getMessage().startsWith("Cannot coerce ");
    }

    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof ExecutionException || cause instanceof InvocationTargetException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String message(Throwable cause) {
        String message = firstLine(cause.getMessage());
        boolean says = !message.isBlank() && !(cause instanceof NullPointerException) && !(cause instanceof Error);
        return says ? message : inside(cause, message);
    }

    /** An exception that was not written for a person: its kind and its place. */
    private static String inside(Throwable cause, String message) {
        StackTraceElement[] trace = cause.getStackTrace();
        return "internal error: " + cause.getClass().getSimpleName()
                + (message.isBlank() ? "" : " (" + message + ")")
                + (trace.length == 0 ? "" : " at " + trace[0])
                + "; its trace is in the log, see log:level io.callgate.platform.shell DEBUG";
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    private static String unknown(String name, Set<String> commands) {
        Set<String> names = commands.stream()
                .map(known -> name.contains(":") ? known : known.substring(known.indexOf(':') + 1))
                .collect(Collectors.toSet());
        String nearest = Nearest.to(name, names).stream()
                .filter(known -> !known.equals(name))
                .findFirst()
                .map(known -> " (did you mean " + known + "?)")
                .orElse("");
        return name + ": no such command" + nearest + "; help lists them";
    }
}
