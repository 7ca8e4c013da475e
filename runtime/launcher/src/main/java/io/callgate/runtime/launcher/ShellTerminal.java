// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The terminal of {@code bin/callgate shell}, by way of {@code stty}: the JDK has no call for it, and the client loads
 * no library.
 *
 * <p>While it is raw, every key (Ctrl-C included) is a byte for the gateway. It is given back as it was at {@link
 * #close}, and by a shutdown hook when the process is ended by a signal.
 */
final class ShellTerminal implements AutoCloseable {

    private static final String DEFAULT_SIZE = "80x24";

    private final String saved;
    private final AtomicBoolean raw = new AtomicBoolean();
    private final Thread restore = new Thread(this::restore, "callgate-shell-restore");

    private ShellTerminal(String saved) {
        this.saved = saved;
    }

    /** The terminal, or null when standard input or standard output is none. */
    static ShellTerminal open() throws IOException {
        // Standard output stays ours, so that -t 1 asks about ours; the answer comes by standard error.
        String settings = sh("[ -t 0 ] && [ -t 1 ] && stty -g >&2");
        return settings.isEmpty() ? null : new ShellTerminal(settings);
    }

    static String type() {
        String type = System.getenv("TERM");
        return type == null || type.isBlank() ? "dumb" : type;
    }

    /** COLUMNSxROWS; a serial line says 0 0 and gets the classic size. */
    String size() throws IOException {
        String[] rowsAndColumns = sh("stty size >&2").split(" ");
        return rowsAndColumns.length != 2 || "0".equals(rowsAndColumns[0]) || "0".equals(rowsAndColumns[1])
                ? DEFAULT_SIZE
                : rowsAndColumns[1] + "x" + rowsAndColumns[0];
    }

    void raw() throws IOException {
        Runtime.getRuntime().addShutdownHook(restore);
        raw.set(true);
        sh("stty raw -echo");
    }

    /** Calls back on a signal thread whenever the window changes; {@link #close} ends it with the process. */
    void onResize(Runnable resized) {
        SignalHandler handler = signal -> resized.run();
        Signal.handle(new Signal("WINCH"), handler);
    }

    private void restore() {
        if (raw.getAndSet(false)) {
            try {
                sh("stty " + saved);
            } catch (IOException e) {
                System.err.println("callgate: the terminal could not be restored (" + e.getMessage() + "): stty sane");
            }
        }
    }

    @Override
    public void close() {
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restore);
        } catch (IllegalStateException e) {
            // The JVM is ending by a signal: the hook runs, or has run, and finds nothing left to do.
            raw.set(false);
        }
    }

    private static String sh(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script)
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .start();
        try {
            String answer = new String(process.getErrorStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return process.waitFor() == 0 ? answer : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for: " + script, e);
        }
    }
}
