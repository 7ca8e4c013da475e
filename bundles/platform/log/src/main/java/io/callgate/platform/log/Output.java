// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Standard output, on a thread of its own: a terminal that was stopped by Ctrl-S, or a pipe that nobody reads, holds up
 * this thread and nobody who logs. Lines that find its queue full are counted, and their number is said.
 */
final class Output {

    private static final int LINES_AHEAD = 1000;
    private static final String STOP = "";

    private final OutputStream out;
    private final Function<Line, String> form;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(LINES_AHEAD);
    private final Thread thread = new Thread(this::write, "callgate-log-output");
    private long dropped;
    private volatile Consumer<String> prompt;

    // Of the thread.
    private Consumer<String> broken;
    private long unwritten;

    Output(OutputStream out, Function<Line, String> form) {
        this.out = out;
        this.form = form;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** @param prompt prints a line above what a person is typing, or null when nobody is */
    void above(Consumer<String> prompt) {
        this.prompt = prompt;
    }

    boolean hasPrompt() {
        return prompt != null;
    }

    /** For one thread. */
    void write(Line line) {
        if (dropped > 0 && lines.offer("... " + dropped + " lines were not shown: standard output is slow")) {
            dropped = 0;
        }
        if (!lines.offer(form.apply(line))) {
            dropped++;
        }
    }

    void stop(Duration patience) throws InterruptedException {
        if (lines.offer(STOP)) {
            thread.join(patience.toMillis());
        }
        thread.interrupt();
    }

    private void write() {
        try {
            for (String line = lines.take(); line != STOP; line = lines.take()) {
                Consumer<String> above = prompt;
                if (above == null || !shows(above, line)) {
                    plain(line);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The prompt is another bundle's: it may be in the middle of its update, and the log goes on without it. */
    private boolean shows(Consumer<String> above, String line) {
        try {
            above.accept(line);
            return true;
        } catch (RuntimeException | LinkageError e) {
            if (broken != above) {
                broken = above;
                plain("... the prompt fails to show lines of the log, which come as they are: " + e);
            }
            return false;
        }
    }

    private void plain(String line) {
        try {
            if (unwritten > 0) {
                put("... " + unwritten + " lines could not be written here");
                unwritten = 0;
            }
            put(line);
        } catch (IOException e) {
            unwritten++; // nobody is at the other end, or a disk is full; the file has the line
        }
    }

    private void put(String line) throws IOException {
        out.write((line + "\n").getBytes(UTF_8));
        out.flush();
    }
}
