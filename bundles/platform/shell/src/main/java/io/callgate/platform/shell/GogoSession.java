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
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.CommandSessionImpl;

/**
 * Gogo's session, over channels that survive an interrupt.
 *
 * <p>Gogo wraps the session's streams by {@code Channels.newChannel}, whose channels are closed for good by the
 * interrupt of a thread that is inside: Ctrl-C in the moment in which a command reads or writes would leave the whole
 * session deaf or dumb. Hence the dependence on Gogo's implementation, which its own JLine shell has as well.
 */
final class GogoSession extends CommandSessionImpl {

    GogoSession(CommandProcessorImpl processor, InputStream in, OutputStream out, OutputStream err) {
        super(processor, in, out, err);
        Output output = new Output(out);
        channels = new Channel[] {new Input(in), output, out == err ? output : new Output(err)};
    }

    /** Open as long as the session is; who interrupts a read is the stream's affair. */
    private record Input(InputStream in) implements ReadableByteChannel {
        @Override
        public int read(ByteBuffer bytes) throws IOException {
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
