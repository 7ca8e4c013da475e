// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.platform.HexDump;
import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import io.callgate.resource.ResourceStatus;
import io.callgate.shm.Board;
import io.callgate.shm.BoardStatistics;
import io.callgate.shm.Region;
import io.callgate.shm.Ring;
import io.callgate.shm.RingStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** Shared memory in the shell. Nothing here takes a message away. */
@Component(
        service = ShmCommands.class,
        property = {
            "osgi.command.scope=shm",
            "osgi.command.function=list",
            "osgi.command.function=stat",
            "osgi.command.function=tail",
            "osgi.command.function=dump",
            "osgi.command.function=header"
        })
public final class ShmCommands {

    private static final String OURS = "(callgate.pid=io.callgate.shm.*)";
    private static final String HEADER = "/include/callgate_shm.h";
    static final int SHOWN = 256;
    private static final int TAIL = 10;
    private static final int DUMP = 256;
    private static final int MOST_DUMPED = 1 << 16;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC, target = OURS)
    volatile List<ResourceStatus> statuses;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Ring> rings;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Board> boards;

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    volatile List<Region> regions;

    /** All of them. */
    @Descriptor("shows the rings, boards and regions that are configured")
    public String list() {
        Table table = new Table("NAME", "KIND", "WHERE", "BYTES", "USED", "STATE");
        statuses.stream().sorted(Comparator.comparing(ResourceStatus::name)).forEach(status -> row(table, status));
        return table.toString();
    }

    private void row(Table table, ResourceStatus status) {
        String state = status.now().words();
        String name = status.name();
        String kind = status.pid().replaceAll("~.*", "").replaceAll(".*\\.", "");
        Optional<Ring> ring = of(rings, Ring.PID, status, Ring::name);
        Optional<Board> board = of(boards, Board.PID, status, Board::name);
        Optional<Region> region = of(regions, Region.PID, status, Region::name);
        try {
            if (ring.isPresent()) {
                RingStatistics now = ring.get().statistics();
                table.row(name, kind, ring.get().path(), ring.get().capacity(), now.usedBytes(), state);
            } else if (board.isPresent()) {
                BoardStatistics now = board.get().statistics();
                table.row(name, kind, board.get().path(), board.get().maxBytes(), now.length(), state);
            } else if (region.isPresent()) {
                table.row(name, kind, region.get().address(), region.get().length(), "", state);
            } else {
                table.row(name, kind, "", "", "", state);
            }
        } catch (IOException e) {
            table.row(name, kind, "", "", "", state + ", but " + e.getMessage());
        }
    }

    private static <T> Optional<T> of(
            List<T> services, String pid, ResourceStatus status, java.util.function.Function<T, String> name) {
        return services.stream()
                .filter(each -> status.pid().equals(pid + "~" + name.apply(each)))
                .findFirst();
    }

    /** What is live under a name; the message of the exception says what there is. */
    private Object live(String name) {
        Optional<?> found = Stream.of(
                        rings.stream().filter(each -> each.name().equals(name)),
                        boards.stream().filter(each -> each.name().equals(name)),
                        regions.stream().filter(each -> each.name().equals(name)))
                .flatMap(each -> each)
                .findFirst();
        return found.orElseThrow(() -> absent(name));
    }

    private RuntimeException absent(String name) {
        Optional<ResourceStatus> status =
                statuses.stream().filter(each -> each.name().equals(name)).findFirst();
        if (status.isPresent()) {
            return new IllegalStateException(name + " is " + status.get().now().words());
        }
        return new IllegalArgumentException("no shared memory \"" + name + "\" is configured"
                + Nearest.meant(
                        name, statuses.stream().map(ResourceStatus::name).toList())
                + " (shm:list shows what is; a new ring is a file configs/" + Ring.PID + "~" + name + ".json)");
    }

    /** One of them. */
    @Descriptor("shows how full a ring is and who is at its ends, how new a board's value is, or what a region is of")
    public String stat(@Descriptor("name of the ring, board or region") String name) throws IOException {
        Object live = live(name);
        List<String> lines = new ArrayList<>();
        if (live instanceof Ring ring) {
            stat(ring, lines);
        } else if (live instanceof Board board) {
            stat(board, lines);
        } else {
            stat((Region) live, lines);
        }
        return String.join("\n", lines);
    }

    private static void stat(Ring ring, List<String> lines) throws IOException {
        RingStatistics now = ring.statistics();
        lines.add(line("ring", ring.kind().word() + " " + ring.path()));
        lines.add(line("used", now.usedBytes() + " of " + ring.capacity() + " bytes"));
        lines.add(line("longest message", ring.maxMessageBytes() + " bytes"));
        lines.add(line("written", now.producerPosition() + " bytes, read " + now.consumerPosition()));
        lines.add(line("consumer", now.consumer().map(ShmCommands::peer).orElse("none that says so")));
        lines.add(line(
                "producers",
                now.producers().isEmpty()
                        ? "none that say so"
                        : now.producers().stream().map(ShmCommands::peer).collect(Collectors.joining(", "))));
        lines.add(line("released", now.released() + " claims of dead producers"));
    }

    private static String peer(RingStatistics.Peer peer) {
        return (peer.pid() == 0 ? "one that has left" : "process " + peer.pid() + (peer.alive() ? "" : " (dead)"))
                + (peer.claiming() ? ", claiming" : "");
    }

    private static void stat(Board board, List<String> lines) throws IOException {
        BoardStatistics now = board.statistics();
        lines.add(line("board", board.path()));
        lines.add(line("longest value", board.maxBytes() + " bytes"));
        lines.add(line("value", now.number() == Board.NOTHING ? "none yet" : "number " + now.number()));
        now.written().ifPresent(time -> lines.add(line("written", time + ", " + now.length() + " bytes")));
        lines.add(line(
                "writer",
                now.writer()
                        .map(pid -> "process " + pid + (now.writerAlive() ? "" : " (dead)"))
                        .orElse("none")));
    }

    private static void stat(Region region, List<String> lines) {
        lines.add(line("region", region.address()));
        lines.add(line("position", region.position()));
        lines.add(line("length", region.length() + " bytes"));
        lines.add(line("access", region.isReadOnly() ? "read" : "write"));
    }

    private static String line(String key, Object value) {
        return String.format(Locale.ROOT, "%-16s %s", key, value);
    }

    /** The last messages of a ring. */
    @Descriptor("shows the last 10 messages that wait in a ring, or the value of a board, and leaves them there")
    public String tail(@Descriptor("name of the ring or board") String name) throws IOException {
        return tail(name, TAIL);
    }

    /** The last messages of a ring, so many. */
    @Descriptor("shows the last messages that wait in a ring, or the value of a board, and leaves them there")
    public String tail(
            @Descriptor("name of the ring or board") String name, @Descriptor("how many messages at most") int count)
            throws IOException {
        Object live = live(name);
        if (live instanceof OpenRing ring) {
            List<String> messages = ring.peek(Math.max(1, count));
            return messages.isEmpty() ? "no message waits in " + name : String.join("\n", messages);
        }
        if (live instanceof Board board) {
            ByteBuffer value = ByteBuffer.allocate(board.maxBytes());
            long number = board.read(value);
            return number == Board.NOTHING
                    ? "nothing was written to " + name + " yet"
                    : "number " + number + "  " + shown(bytes(value, 0, Math.min(value.limit(), SHOWN)), value.limit());
        }
        throw new IllegalArgumentException(name + " is a region, which has no messages (shm:dump " + name + ")");
    }

    /** Bytes that are no text are shown as they are in a dump. @param length of all, of which these are the first */
    static String shown(byte[] message, int length) {
        String text = new String(message, StandardCharsets.UTF_8);
        boolean printable = text.chars().noneMatch(c -> c < ' ' && c != '\t' && c != '\n' || c == 0xfffd);
        StringBuilder line = new StringBuilder()
                .append(length)
                .append(length > message.length ? " bytes, of which the first " + message.length + "  " : " bytes  ");
        if (printable) {
            return line.append(text.replace('\n', ' ')).toString();
        }
        for (byte each : message) {
            line.append(String.format("%02x", each));
        }
        return line.toString();
    }

    private static byte[] bytes(ByteBuffer from, int position, int length) {
        byte[] copy = new byte[length];
        from.get(position, copy);
        return copy;
    }

    /** The beginning of its memory. */
    @Descriptor("shows the first 256 bytes of a ring's, board's or region's memory in hexadecimal digits")
    public String dump(@Descriptor("name of the ring, board or region") String name) {
        return dump(name, 0, DUMP);
    }

    /** A part of its memory. */
    @Descriptor("shows a part of a ring's, board's or region's memory in hexadecimal digits")
    public String dump(
            @Descriptor("name of the ring, board or region") String name,
            @Descriptor("where to begin, in bytes; a ring's messages begin behind its header page") long position,
            @Descriptor("how many bytes") int length) {
        Object live = live(name);
        ByteBuffer memory = live instanceof OpenRing ring
                ? ring.file().memory()
                : live instanceof OpenBoard board ? board.file().memory() : ((Region) live).bytes();
        if (position < 0 || position >= memory.capacity()) {
            throw new IllegalArgumentException(
                    "position " + position + " is not within the " + memory.capacity() + " bytes of " + name);
        }
        int most = (int) Math.min(Math.min(length, MOST_DUMPED), memory.capacity() - position);
        try {
            return HexDump.of(bytes(memory, (int) position, Math.max(0, most)), position);
        } catch (InternalError e) {
            throw new IllegalStateException("the memory of " + name + " cannot be read: its file was truncated", e);
        }
    }

    /** What a peer in C includes. */
    @Descriptor("prints the header file for programs in C at the other end: shm:header > callgate_shm.h")
    public String header() throws IOException {
        try (InputStream in = ShmCommands.class.getResourceAsStream(HEADER)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        }
    }
}
