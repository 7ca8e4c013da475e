// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.platform.shell.Frames.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One client's connection, with a thread for each direction.
 *
 * <p>Why threads: a command is interrupted by Ctrl-C, and an interrupt that meets a thread inside a channel closes the
 * channel. So commands hand their output to a bounded queue, and only the writer is ever inside the channel. Input has
 * its own reader because the end of a connection must be noticed while a command runs that reads nothing.
 */
final class Connection implements Closeable {

    /** What comes from the client; called on the reader's thread, which must not be kept. */
    interface Listener {
        void input(byte[] bytes);

        void endOfInput();

        void window(String size);

        /** The client has gone, or spoke nonsense; called once, last, also after {@link #exit}. */
        void gone();
    }

    private static final int FRAMES_AHEAD = 64;
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final Frames frames;
    private final String name;
    private final BlockingQueue<Frame> outgoing = new ArrayBlockingQueue<>(FRAMES_AHEAD);
    private final Thread writer;
    private volatile Thread reader;
    private volatile boolean closed;

    Connection(SocketChannel channel, String name) {
        this.frames = new Frames(channel);
        this.name = name;
        this.writer = new Thread(this::write, name + "-out");
        writer.setDaemon(true);
        writer.start();
    }

    /** Reads the first frame, on the caller's thread. */
    Hello hello() throws IOException {
        return Hello.parse(frames.read());
    }

    void listen(Listener listener) {
        reader = new Thread(() -> read(listener), name + "-in");
        reader.setDaemon(true);
        reader.start();
    }

    /** A stream of frames of this type; buffers until flushed, and waits while the client does not read. */
    OutputStream stream(char type) {
        return new FrameStream(type);
    }

    void send(Frame frame) throws IOException {
        try {
            // With room the interrupt flag is left to the caller: half a prompt would be worse than a late interrupt.
            while (!closed && !outgoing.offer(frame)) {
                if (outgoing.offer(frame, 1, TimeUnit.SECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client does not read");
        }
        if (closed) {
            throw new IOException("the client has gone");
        }
    }

    /** Sends the exit status, waits (bounded) until the client has it all, and closes. */
    void exit(int status) throws IOException {
        try {
            send(new Frame(Frames.EXIT, Integer.toString(status).getBytes(UTF_8)));
            writer.join(LAST_WORDS.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        outgoing.clear(); // who waits for room goes on at once, and is told with its next frame
        outgoing.offer(Frame.empty(Frames.EXIT));
        frames.close();
    }

    /** Waits for the two threads, after {@link #close}; false when one is still there. */
    boolean join(Deadline deadline) throws InterruptedException {
        for (Thread thread : new Thread[] {writer, reader}) {
            if (thread != null && thread != Thread.currentThread() && !deadline.join(thread)) {
                return false;
            }
        }
        return true;
    }

    private void write() {
        try {
            for (Frame frame = outgoing.take(); !closed; frame = outgoing.take()) {
                frames.write(frame);
                if (frame.type() == Frames.EXIT) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            closed = true; // the client has gone; the reader sees it too, and tells
        }
    }

    private void read(Listener listener) {
        try {
            for (Frame frame = frames.read(); frame != null; frame = frames.read()) {
                switch (frame.type()) {
                    case Frames.INPUT -> listener.input(frame.payload());
                    case Frames.END_OF_INPUT -> listener.endOfInput();
                    case Frames.WINDOW -> listener.window(new String(frame.payload(), UTF_8));
                    default -> throw new IOException("unknown frame " + frame.type());
                }
            }
        } catch (IOException e) {
            closed = true; // closed by us, or broken by the client: the session ends either way
        } finally {
            listener.gone();
        }
    }

    private final class FrameStream extends OutputStream {
        private final char type;
        private final byte[] buffer = new byte[8192];
        private int used;

        FrameStream(char type) {
            this.type = type;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            buffer[used++] = (byte) b;
            if (used == buffer.length) {
                flush();
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = 0; i < length; i++) {
                write(bytes[offset + i]);
            }
        }

        @Override
        public synchronized void flush() throws IOException {
            if (used > 0) {
                byte[] payload = Arrays.copyOf(buffer, used);
                used = 0;
                send(new Frame(type, payload));
            }
        }

        @Override
        public void close() throws IOException {
            flush(); // the connection lives on: closing a terminal is not the session's last word
        }
    }
}
