// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.CommandSessionImpl;
import org.apache.felix.gogo.runtime.Parser;

/**
 * Gogo's session, over channels that survive an interrupt.
 *
 * <p>Gogo wraps the session's streams by {@code Channels.newChannel}, whose channels are closed for good by the
 * interrupt of a thread that is inside: Ctrl-C in the moment in which a command reads or writes would leave the whole
 * session deaf or dumb. Hence the dependence on Gogo's implementation, which its own JLine shell has as well.
 */
final class GogoSession extends CommandSessionImpl {

    private final Input input;
    private volatile boolean closed;

    GogoSession(CommandProcessorImpl processor, InputStream in, OutputStream out, OutputStream err) {
        super(processor, in, out, err);
        Output output = new Output(out);
        input = new Input(in);
        channels = new Channel[] {input, output, out == err ? output : new Output(err)};
    }

    /** What the commands read and write: keys, output, errors. */
    Channel[] channels() {
        return channels.clone();
    }

    /** Runs a line and prints the result of each of its statements, to where that statement's output goes. */
    Object run(CharSequence line) throws Exception {
        if (closed) {
            throw new IllegalStateException(SESSION_CLOSED);
        }
        return new PrintingClosure(this, new Parser(line).program()).execute(this, null);
    }

    @Override
    public void close() {
        closed = true;
        super.close();
    }

    /**
     * Waits until no command is in the middle of reading. Gogo lets go of an interrupted command at once; while that is
     * on its way out, a key that is typed meanwhile wakes it up as well as its interrupt does, and is lost to the prompt.
     *
     * @return false when the time was over first
     */
    boolean awaitReaders(Duration limit) {
        return input.awaitReaders(limit);
    }

    /** Open as long as the session is; who interrupts a read is the stream's affair. */
    private static final class Input implements ReadableByteChannel {
        private final InputStream in;
        private int readers;

        Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            count(1);
            try {
                return readNow(bytes);
            } finally {
                count(-1);
            }
        }

        private synchronized void count(int more) {
            readers += more;
            notifyAll();
        }

        synchronized boolean awaitReaders(Duration limit) {
            long deadline = System.nanoTime() + limit.toNanos();
            boolean interrupted = false;
            long left = limit.toMillis();
            while (readers > 0 && left > 0) {
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return readers == 0;
        }

        private int readNow(ByteBuffer bytes) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                // What is there by now was typed for the next command.
                throw new InterruptedIOException("interrupted");
            }
            byte[] chunk = new byte[Math.min(bytes.remaining(), 4096)];
            int count = in.read(chunk);
            if (count > 0) {
                bytes.put(chunk, 0, count);
            }
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            // A command that closes its standard input has no more of it; the next command has.
        }
    }

    private record Output(OutputStream out) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            out.write(chunk);
            out.flush();
            return chunk.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
