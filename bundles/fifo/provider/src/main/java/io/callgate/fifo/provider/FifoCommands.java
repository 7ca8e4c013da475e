// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Fifo;
import io.callgate.fifo.FifoStatistics;
import io.callgate.fifo.Peer;
import io.callgate.platform.Table;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** FIFOs in the shell. */
@Component(
        service = FifoCommands.class,
        property = {
            "osgi.command.scope=fifo",
            "osgi.command.function=list",
            "osgi.command.function=write",
            "osgi.command.function=read"
        })
public final class FifoCommands {

    /** As long as a person waits for a peer that was just started. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final Configured configured;

    /** Knows all FIFOs by way of what is configured. */
    @Activate
    public FifoCommands(@Reference Configured configured) {
        this.configured = configured;
    }

    /** All of them. */
    @Descriptor("shows the configured FIFOs, their peers, what waits in them, and what was counted")
    public String list() {
        Table table = new Table(
                "NAME", "PATH", "ACCESS", "PEER", "WAITING", "PIPE", "READ", "WRITTEN", "TORN", "TOO-LONG", "STATE");
        for (ResourceStatus status : configured.statuses()) {
            Optional<Fifo> fifo = configured.fifo(status);
            if (fifo.isEmpty()) {
                table.row(
                        status.name(),
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        "",
                        status.now().words());
            } else {
                row(table, status, fifo.get());
            }
        }
        return table.toString();
    }

    private static void row(Table table, ResourceStatus status, Fifo fifo) {
        try {
            FifoStatistics now = fifo.statistics();
            table.row(
                    status.name(),
                    fifo.path(),
                    fifo.access().word(),
                    fifo.peer().name().toLowerCase(Locale.ROOT),
                    known(now.waitingBytes()),
                    known(now.pipeBytes()),
                    now.recordsRead(),
                    now.recordsWritten(),
                    now.torn(),
                    now.oversized(),
                    status.now().words());
        } catch (IOException e) {
            String state = status.now().words() + ", but " + e.getMessage();
            table.row(status.name(), fifo.path(), fifo.access().word(), "", "", "", "", "", "", "", state);
        }
    }

    private static Object known(long count) {
        return count < 0 ? "" : count;
    }

    /** A text. */
    @Descriptor("writes a text as one record; waits half a second for a reader and for room")
    public void write(@Descriptor("name of the FIFO") String name, @Descriptor("text to write") String text)
            throws IOException {
        Fifo fifo = configured.live(name);
        if (!fifo.write(text, PATIENCE)) {
            throw new IllegalStateException(
                    fifo.peer() == Peer.ABSENT
                            ? "nobody reads " + fifo.path() + ": start the program that does, or try cat " + fifo.path()
                            : fifo.path() + " is full: the program that reads it does not keep up");
        }
    }

    /** The next record. */
    @Descriptor("takes the next record out of a FIFO and shows it; waits half a second for one")
    public String read(@Descriptor("name of the FIFO") String name) throws IOException {
        Fifo fifo = configured.live(name);
        ByteBuffer record = ByteBuffer.allocate(fifo.recordBytes());
        if (fifo.read(record, PATIENCE)) {
            return shown(record);
        }
        return fifo.peer() == Peer.ABSENT ? "nobody writes to " + fifo.path() : "no record in " + name;
    }

    /** Bytes that are no text are shown as they are in a dump. */
    static String shown(ByteBuffer record) {
        byte[] bytes = new byte[record.limit()];
        record.get(0, bytes);
        String text = new String(bytes, StandardCharsets.UTF_8);
        StringBuilder line = new StringBuilder().append(bytes.length).append(" bytes  ");
        if (text.chars().noneMatch(c -> c < ' ' && c != '\t' && c != '\n' || c == 0xfffd)) {
            return line.append(text.replace('\n', ' ')).toString();
        }
        for (byte each : bytes) {
            line.append(String.format("%02x", each));
        }
        return line.toString();
    }
}
