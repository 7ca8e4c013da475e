// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.platform.shell.Frames.Frame;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;

/** A client in the hands of a test: it says what it is told, and collects what it hears. */
final class TestClient implements AutoCloseable {

    private final Frames frames;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();
    private int status = Integer.MIN_VALUE;
    private String input = "";

    private TestClient(Frames frames) {
        this.frames = frames;
    }

    static TestClient connect(Path socket) throws IOException {
        return new TestClient(new Frames(SocketFile.connect(socket)));
    }

    TestClient hello(String... fields) throws IOException {
        return send(Frames.HELLO, String.join("\0", fields));
    }

    TestClient command(String... words) throws IOException {
        return hello("1", "command", "dumb", "0x0", String.join("\0", words));
    }

    TestClient terminal() throws IOException {
        hello("1", "terminal", "xterm", "120x30");
        return until(Prompt.TEXT);
    }

    TestClient send(char type, String payload) throws IOException {
        frames.write(new Frame(type, payload.getBytes(UTF_8)));
        return this;
    }

    TestClient type(String keys) throws IOException {
        return send(Frames.INPUT, keys);
    }

    /** What a command that reads gets; then the end of input. */
    TestClient input(String text) {
        input = text;
        return this;
    }

    /** Waits until the gateway has said this, since the last wait. */
    TestClient until(String expected) throws IOException {
        upTo(expected);
        return this;
    }

    /** Waits until the gateway has said this, and returns what it said before it. */
    String upTo(String expected) throws IOException {
        while (out.indexOf(expected) < 0) {
            boolean more;
            try {
                more = next();
            } catch (ClosedByInterruptException e) {
                throw new AssertionError("no " + expected + " in time, but: " + out + err, e);
            }
            if (!more) {
                throw new AssertionError("the session ended without " + expected + ": " + out + err);
            }
        }
        String before = out.substring(0, out.indexOf(expected));
        out.delete(0, before.length() + expected.length());
        return before;
    }

    /** Waits for the end; returns the status. */
    int end() throws IOException {
        while (next()) {
            continue;
        }
        return status;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    private boolean next() throws IOException {
        Frame frame = frames.read();
        if (frame == null) {
            return false;
        }
        String payload = new String(frame.payload(), UTF_8);
        switch (frame.type()) {
            case Frames.OUTPUT -> out.append(payload);
            case Frames.ERROR -> err.append(payload);
            case Frames.NEED -> feed();
            case Frames.EXIT -> {
                status = Integer.parseInt(payload);
                return false;
            }
            default -> throw new AssertionError("frame " + frame);
        }
        return true;
    }

    private void feed() throws IOException {
        if (input.isEmpty()) {
            send(Frames.END_OF_INPUT, "");
        } else {
            send(Frames.INPUT, input);
            input = "";
        }
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
