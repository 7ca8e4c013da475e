// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Size;
import org.jline.utils.Signals;

/**
 * The terminal on this process's standard input, by way of stty(1): every key is a byte for us, Ctrl-C included, while
 * output stays cooked, for other parts of the process write to it too.
 *
 * <p>Read through a channel of its own and not System.in: closing a channel ends the read that waits in it.
 */
final class Tty implements Closeable {

    private static final List<String> NAMES = List.of("/proc/self/fd/0", "/dev/tty");
    private static final String EVERY_KEY = "-icanon -echo -isig -icrnl -ixon -iexten min 1 time 0";
    private static final String RESIZED = "WINCH";

    private final FileChannel channel;
    private final String saved;
    private final AtomicBoolean taken = new AtomicBoolean(true);
    private final Thread restoring = new Thread(this::restoreUnchecked, "callgate-shell-restore");
    private Object formerResized;

    private Tty(FileChannel channel, String saved) {
        this.channel = channel;
        this.saved = saved;
    }

    static Tty take() throws IOException {
        String saved = sh("stty -g >&2");
        Tty tty = new Tty(open(), saved);
        Runtime.getRuntime().addShutdownHook(tty.restoring);
        sh("stty " + EVERY_KEY);
        return tty;
    }

    private static FileChannel open() throws IOException {
        IOException refused = null;
        for (String name : NAMES) { // the first is another user's after su, the second not there without a session
            try {
                return FileChannel.open(Path.of(name), StandardOpenOption.READ);
            } catch (IOException e) {
                refused = e;
            }
        }
        throw refused;
    }

    /** The next keys, at least one; -1 when the terminal has gone; AsynchronousCloseException after {@link #close}. */
    int read(ByteBuffer keys) throws IOException {
        return channel.read(keys);
    }

    Size size() throws IOException {
        String[] rowsAndColumns = sh("stty size >&2").split(" ");
        return Hello.size(rowsAndColumns[rowsAndColumns.length - 1] + "x" + rowsAndColumns[0]);
    }

    void onResize(Runnable resized) {
        formerResized = Signals.register(RESIZED, resized);
    }

    @Override
    public synchronized void close() throws IOException {
        if (!channel.isOpen()) {
            return;
        }
        if (formerResized != null) {
            Signals.unregister(RESIZED, formerResized);
        }
        channel.close();
        restore();
        try {
            Runtime.getRuntime().removeShutdownHook(restoring);
        } catch (IllegalStateException e) {
            // The JVM is going down: the hook will find, or has found, nothing left to restore.
            taken.set(false);
        }
    }

    private void restore() throws IOException {
        if (taken.getAndSet(false)) {
            sh("stty " + saved);
        }
    }

    private void restoreUnchecked() {
        try {
            restore();
        } catch (IOException e) {
            System.err.println("callgate: the terminal could not be restored (" + e.getMessage() + "): type stty sane");
        }
    }

    /** Standard output stays the terminal's, so that the answer comes by standard error. */
    private static String sh(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", script)
                .redirectInput(Redirect.INHERIT)
                .redirectOutput(Redirect.INHERIT)
                .start();
        try {
            String answer = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new IOException(script + ": " + answer);
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + script, e);
        }
    }
}
