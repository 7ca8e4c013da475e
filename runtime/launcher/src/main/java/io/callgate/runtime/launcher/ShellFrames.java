// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;

/**
 * The protocol between {@code bin/callgate shell} and the shell bundle, over {@code shell.sock} in the data folder.
 *
 * <p>A frame is one type byte (an ASCII letter), the payload's length as a big-endian {@code int} of at most
 * {@value #MAX_PAYLOAD}, and the payload. The client speaks first:
 *
 * <pre>
 * H  client   hello: fields separated by NUL: "1" (the version), the mode (terminal, command, script), the terminal's
 *             type, its size (COLUMNSxROWS), then the arguments of mode command
 * I  client   bytes of standard input; mode terminal: as they are typed, other modes: one chunk per N
 * E  client   end of standard input
 * W  client   the terminal's new size, COLUMNSxROWS
 * O  gateway  bytes for standard output
 * R  gateway  bytes for standard error
 * N  gateway  a command wants input; so a command that reads nothing takes nothing from the caller's standard input
 * X  gateway  the end: the exit status in decimal; nothing follows
 * </pre>
 *
 * One end that closes without X or E has died; the other cleans up. The gateway's half is {@code Frames} in {@code
 * io.callgate.platform.shell}, kept apart because the client starts fast by loading nothing but JDK classes.
 *
 * <p>Thread safe: one thread reads, any thread writes.
 */
final class ShellFrames implements Closeable {

    static final int MAX_PAYLOAD = 1 << 20;
    private static final int HEADER = 5;

    private final ByteChannel channel;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER); // the reader's

    ShellFrames(ByteChannel channel) {
        this.channel = channel;
    }

    record Frame(char type, byte[] payload) {}

    /** The next frame, or null at the end of the connection between two frames. */
    Frame read() throws IOException {
        header.clear();
        if (channel.read(header) < 0) {
            return null;
        }
        fill(header);
        char type = (char) header.get(0);
        int length = header.getInt(1);
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("frame '" + type + "' announces " + length + " bytes");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        fill(payload);
        return new Frame(type, payload.array());
    }

    void write(char type, byte[] bytes, int length) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER + length);
        frame.put((byte) type).putInt(length).put(bytes, 0, length).flip();
        synchronized (this) {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
        }
    }

    void write(char type, byte[] bytes) throws IOException {
        write(type, bytes, bytes.length);
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection ended inside a frame after "
                        + Arrays.toString(Arrays.copyOf(header.array(), Math.min(HEADER, header.position()))));
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
