// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The client's standard input, asked for when a command reads it and not before: {@code callgate shell} in a loop over
 * lines must not swallow the lines.
 */
final class PulledInput extends InputStream {

    /** Asks the client for more. */
    interface Source {
        void need() throws IOException;
    }

    private final Source source;
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int position;
    private boolean asked;
    private boolean ended;

    PulledInput(Source source) {
        this.source = source;
    }

    synchronized void add(byte[] chunk) {
        if (chunk.length > 0) {
            chunks.add(chunk);
        }
        asked = false;
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    @Override
    public synchronized int read() throws IOException {
        return await() ? next() : -1;
    }

    /** What is there, without waiting for the rest. */
    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!await()) {
            return -1;
        }
        int count = 0;
        while (count < length && !chunks.isEmpty()) {
            bytes[offset + count++] = (byte) next();
        }
        return count;
    }

    @Override
    public synchronized int available() {
        return chunks.stream().mapToInt(chunk -> chunk.length).sum() - position;
    }

    private boolean await() throws IOException {
        try {
            while (chunks.isEmpty() && !ended) {
                if (!asked) {
                    asked = true;
                    source.need();
                }
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for input");
        }
        return !chunks.isEmpty();
    }

    private int next() {
        byte[] chunk = chunks.peek();
        int next = chunk[position++] & 0xff;
        if (position == chunk.length) {
            chunks.remove();
            position = 0;
        }
        return next;
    }
}
