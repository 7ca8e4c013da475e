// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.Edge;
import io.callgate.gpio.Level;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code struct gpio_v2_line_event}s. Thread safe, but for the buffer, which is the event loop's. */
final class EdgeReader {

    private final Door door;
    private final Fd fd;
    private final Sequences sequences; // guarded by this

    EdgeReader(Door door, Fd fd, Sequences sequences) {
        this.door = door;
        this.fd = fd;
        this.sequences = sequences;
    }

    /**
     * All that the kernel has now, oldest first. On the event loop's thread only.
     *
     * @param config as it is now: a clock that was changed a moment ago is told of edges that are older
     */
    synchronized List<Edge> read(RequestConfig config) throws IOException {
        ByteBuffer bytes = door.loopBuffer().bytes();
        int length =
                door.files().read(fd, door.loopBuffer(), 0, door.loopBuffer().size());
        if (length == LinuxFiles.WOULD_BLOCK) {
            return List.of();
        }
        List<Edge> batch = new ArrayList<>(length / Uapi.LineEvent.SIZE);
        for (int at = 0; at + Uapi.LineEvent.SIZE <= length; at += Uapi.LineEvent.SIZE) {
            batch.add(edge(bytes, at, config));
        }
        return batch;
    }

    private Edge edge(ByteBuffer bytes, int at, RequestConfig config) throws IOException {
        int offset = bytes.getInt(at + Uapi.LineEvent.OFFSET);
        int line = index(offset, config.lines());
        return new Edge(
                config.name(),
                offset,
                Level.of(bytes.getInt(at + Uapi.LineEvent.ID) == Uapi.EVENT_RISING_EDGE),
                bytes.getLong(at + Uapi.LineEvent.TIMESTAMP_NS),
                config.lines().get(line).settings().clock(),
                sequences.next(bytes.getInt(at + Uapi.LineEvent.SEQNO)),
                sequences.nextOfLine(line, bytes.getInt(at + Uapi.LineEvent.LINE_SEQNO)),
                sequences.lost());
    }

    private int index(int offset, List<RequestConfig.Line> lines) throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).offset() == offset) {
                return i;
            }
        }
        throw new IOException("the kernel told of an edge of line " + offset + ", which is not of " + fd.subject());
    }

    /** Its counters, in words. */
    synchronized String sequences() {
        return sequences.text();
    }
}
