// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import io.callgate.fifo.Fifo;
import io.callgate.fifo.FifoStatistics;
import io.callgate.fifo.Peer;
import io.callgate.linux.Fd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The service: the ends that the gateway holds. */
final class OpenFifo implements Fifo {

    private final String name;
    private final Settings settings;
    private final FifoCalls calls;
    private final PeerState peer;
    private final Reader reader; // null if it is not read
    private final Writer writer; // null if it is not written

    OpenFifo(String name, Settings settings, FifoCalls calls, PeerState peer, Reader reader, Writer writer) {
        this.name = name;
        this.settings = settings;
        this.calls = calls;
        this.peer = peer;
        this.reader = reader;
        this.writer = writer;
    }

    Optional<Reader> reader() {
        return Optional.ofNullable(reader);
    }

    Optional<Writer> writer() {
        return Optional.ofNullable(writer);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path path() {
        return settings.path();
    }

    @Override
    public Access access() {
        return settings.access();
    }

    @Override
    public int recordBytes() {
        return settings.framing().recordBytes();
    }

    @Override
    public Peer peer() {
        return peer.now();
    }

    @Override
    public boolean read(ByteBuffer into, Duration limit) throws IOException {
        if (reader == null) {
            throw new UnsupportedOperationException(name + " is written, not read: set \"access\" to read or both");
        }
        return reader.read(into, limit);
    }

    @Override
    public boolean write(ByteBuffer record, Duration limit) throws IOException {
        if (writer == null) {
            throw new UnsupportedOperationException(name + " is read, not written: set \"access\" to write or both");
        }
        return writer.write(record, limit);
    }

    @Override
    public FifoStatistics statistics() throws IOException {
        Fd fd = reader == null ? writer.fd() : reader.fd();
        return new FifoStatistics(
                fd == null ? -1 : calls.waitingBytes(fd),
                fd == null ? -1 : calls.pipeBytes(fd),
                reader == null ? 0 : reader.records(),
                writer == null ? 0 : writer.records(),
                reader == null ? 0 : reader.torn(),
                reader == null ? 0 : reader.oversized());
    }

    /** Looks whether a peer has come or left. */
    void look() throws IOException {
        if (access() == Access.READ) {
            reader.look();
        } else if (access() == Access.WRITE) {
            writer.knock();
        }
    }

    /** No more calls; the descriptor, if there is one, is the caller's. */
    Optional<Fd> end() {
        Optional<Fd> written = writer == null ? Optional.empty() : writer.end();
        return reader == null ? written : Optional.of(reader.end());
    }

    /** What a successor goes on with; after the end. */
    Map<String, String> state() {
        Map<String, String> state = new HashMap<>();
        if (reader != null) {
            reader.state().forEach((key, value) -> state.put("read." + key, value));
        }
        if (writer != null) {
            writer.state().forEach((key, value) -> state.put("write." + key, value));
        }
        return state;
    }

    /** Goes on where a predecessor has ended; before anybody else knows this. */
    void restore(Map<String, String> state) {
        if (reader != null) {
            reader.restore(part(state, "read."));
        }
        if (writer != null) {
            writer.restore(part(state, "write."));
        }
    }

    private static Map<String, String> part(Map<String, String> state, String prefix) {
        Map<String, String> part = new HashMap<>();
        state.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                part.put(key.substring(prefix.length()), value);
            }
        });
        return part;
    }

    @Override
    public String toString() {
        return name + " (" + path() + ")";
    }
}
