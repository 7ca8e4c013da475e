// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/**
 * The gateway's half of the shell's protocol: a type byte, a big-endian length, a payload. What each type means is
 * written down in {@code ShellFrames} of the launcher, which is the client's half.
 *
 * <p>One thread reads, one thread writes; both wait in the kernel, and closing the channel ends both waits. Neither may
 * be interrupted, for that closes the channel too.
 */
final class Frames implements Closeable {

    static final char HELLO = 'H';
    static final char INPUT = 'I';
    static final char END_OF_INPUT = 'E';
    static final char WINDOW = 'W';
    static final char OUTPUT = 'O';
    static final char ERROR = 'R';
    static final char NEED = 'N';
    static final char EXIT = 'X';

    static final int MAX_PAYLOAD = 1 << 20;
    private static final int HEADER = 5;

    private final ByteChannel channel;

    Frames(ByteChannel channel) {
        this.channel = channel;
    }

    record Frame(char type, byte[] payload) {

        static Frame empty(char type) {
            return new Frame(type, new byte[0]);
        }
    }

    /** The next frame, or null at the end of the connection between two frames. */
    Frame read() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        if (channel.read(header) < 0) {
            return null;
        }
        fill(header);
        int length = header.getInt(1);
        if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("a frame announces " + length + " bytes: the peer is no Callgate client");
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        fill(payload);
        return new Frame((char) header.get(0), payload.array());
    }

    void write(Frame frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + frame.payload().length);
        bytes.put((byte) frame.type())
                .putInt(frame.payload().length)
                .put(frame.payload())
                .flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the connection ended inside a frame");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
