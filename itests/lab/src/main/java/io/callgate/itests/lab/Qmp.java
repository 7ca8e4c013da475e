// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.callgate.itests.harness.Await;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * QEMU's control socket: commands, and events as they come. For one thread.
 *
 * @see <a href="https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html">QEMU QMP Reference Manual</a>
 */
public final class Qmp implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(1 << 16);
    private final StringBuilder text = new StringBuilder();
    private final List<JsonObject> events = new ArrayList<>();
    private boolean ended;

    private Qmp(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects as soon as QEMU listens, and goes past the greeting. */
    static Qmp connect(Path socket) throws IOException {
        SocketChannel[] channel = new SocketChannel[1];
        Await.until("QEMU listens on " + socket, () -> {
            try {
                channel[0] = SocketChannel.open(StandardProtocolFamily.UNIX);
                return channel[0].connect(UnixDomainSocketAddress.of(socket));
            } catch (IOException notYet) {
                channel[0].close();
                return false;
            }
        });
        channel[0].configureBlocking(false);
        Qmp qmp = new Qmp(channel[0]);
        qmp.execute("qmp_capabilities");
        return qmp;
    }

    /** Executes a command without arguments and returns what it returned; the end of QEMU counts as an answer to quit. */
    public JsonObject execute(String command) throws IOException {
        channel.write(
                ByteBuffer.wrap("{\"execute\": \"%s\"}\n".formatted(command).getBytes(UTF_8)));
        JsonObject[] answer = new JsonObject[1];
        Await.until("QEMU answers " + command, () -> {
            answer[0] = receive();
            return answer[0] != null || ended;
        });
        if (answer[0] != null && answer[0].containsKey("error")) {
            throw new AssertionError(command + ": " + answer[0].getJsonObject("error"));
        }
        return answer[0];
    }

    /** Waits for an event of this name, which may have come already, and returns its data. */
    public JsonObject awaitEvent(String name, Duration deadline) {
        JsonObject[] found = new JsonObject[1];
        Await.until("QEMU's event " + name, deadline, () -> {
            receive();
            for (JsonObject event : events) {
                if (event.getString("event").equals(name)) {
                    found[0] = event;
                }
            }
            return found[0] != null;
        });
        events.remove(found[0]);
        return found[0].containsKey("data") ? found[0].getJsonObject("data") : JsonObject.EMPTY_JSON_OBJECT;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Reads what has come; keeps events, returns a command's answer, or null if there is none yet. */
    private JsonObject receive() throws IOException {
        int count;
        while ((count = read()) > 0) {
            text.append(UTF_8.decode(received.flip()));
            received.clear();
        }
        ended = count < 0;
        for (int end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
            JsonObject message = parse(text.substring(0, end));
            text.delete(0, end + 1);
            if (message.containsKey("event")) {
                events.add(message);
            } else if (!message.containsKey("QMP")) {
                return message;
            }
        }
        return null;
    }

    private int read() throws IOException {
        try {
            return channel.read(received);
        } catch (java.net.SocketException gone) { // QEMU was killed
            return -1;
        }
    }

    private static JsonObject parse(String line) {
        try (JsonReader reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }
}
