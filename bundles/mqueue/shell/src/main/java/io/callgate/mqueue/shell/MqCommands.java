// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.shell;

import io.callgate.mqueue.MachineQueues;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueInfo;
import io.callgate.mqueue.QueueKind;
import io.callgate.mqueue.QueueStatistics;
import io.callgate.mqueue.Selection;
import io.callgate.mqueue.Transfer;
import io.callgate.platform.Table;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Queues in the shell: those that are configured, and all others of the machine. */
@Component(
        service = MqCommands.class,
        property = {
            "osgi.command.scope=mq",
            "osgi.command.function=list",
            "osgi.command.function=stat",
            "osgi.command.function=send",
            "osgi.command.function=receive",
            "osgi.command.function=unlink"
        })
public final class MqCommands {

    private final Configured configured;

    /** Knows all queues by way of what is configured. */
    @Activate
    public MqCommands(@Reference Configured configured) {
        this.configured = configured;
    }

    /** All of them. */
    @Descriptor("shows the queues that are configured, and all others that this machine has")
    public String list() {
        Table table = new Table("NAME", "KIND", "QUEUE", "OWNER", "MODE", "MESSAGES", "BYTES", "STATE");
        List<String> remarks = new ArrayList<>();
        Map<String, QueueInfo> machine = machine(remarks);
        for (ResourceStatus status : configured.statuses()) {
            Optional<MessageQueue> queue = configured.queue(status);
            QueueInfo info = queue.map(each -> machine.remove(each.address())).orElse(null);
            row(table, status, queue, info);
        }
        machine.values().stream()
                .sorted(java.util.Comparator.comparing(QueueInfo::kind).thenComparing(QueueInfo::address))
                .forEach(info -> row(table, "", info.kind(), info, uses(info)));
        remarks.add(0, table.toString());
        return String.join("\n", remarks);
    }

    private Map<String, QueueInfo> machine(List<String> remarks) {
        Map<String, QueueInfo> found = new HashMap<>();
        for (MachineQueues each : configured.machine()) {
            try {
                each.list().forEach(info -> found.put(info.address(), info));
            } catch (IOException e) {
                remarks.add(e.getMessage());
            }
        }
        return found;
    }

    /** A queue that cannot be listed is still known by its own service. */
    private static void row(Table table, ResourceStatus status, Optional<MessageQueue> queue, QueueInfo info) {
        String state = status.now().words();
        if (info != null) {
            row(table, status.name(), info.kind(), info, state);
            return;
        }
        String kind = status.pid().replaceAll("~.*", "").replaceAll(".*\\.", "");
        Object messages = "";
        Object bytes = "";
        if (queue.isPresent()) {
            try {
                QueueStatistics now = queue.get().statistics();
                messages = now.messages();
                bytes = known(now.bytes());
            } catch (IOException e) {
                state += ", but " + e.getMessage();
            }
        }
        table.row(status.name(), kind, queue.map(MessageQueue::address).orElse(""), "", "", messages, bytes, state);
    }

    private static void row(Table table, String name, QueueKind kind, QueueInfo info, String state) {
        table.row(
                name,
                kind.word(),
                info.address(),
                info.owner(),
                mode(info),
                known(info.messages()),
                known(info.bytes()),
                state);
    }

    private static Object known(long count) {
        return count < 0 ? "" : count;
    }

    private static String mode(QueueInfo info) {
        return String.format("%04o", info.mode());
    }

    private static String uses(QueueInfo info) {
        return info.users().isEmpty()
                ? "orphan: no process uses it"
                : "used by "
                        + info.users().stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
    }

    /** One of them. */
    @Descriptor("shows how full a queue is, and who used it last")
    public String stat(@Descriptor("name of the queue") String name) throws IOException {
        MessageQueue queue = configured.live(name);
        QueueStatistics now = queue.statistics();
        List<String> lines = new ArrayList<>();
        lines.add(line("queue", queue.kind().word() + " " + queue.address()));
        lines.add(line(
                "messages", queue.kind() == QueueKind.POSIX ? of(now.messages(), now.maxMessages()) : now.messages()));
        lines.add(line("bytes", of(now.bytes(), now.maxBytes())));
        lines.add(line("longest message", queue.maxMessageBytes() + " bytes"));
        now.lastSent().ifPresent(sent -> lines.add(line("last sent", transfer(sent))));
        now.lastReceived().ifPresent(received -> lines.add(line("last received", transfer(received))));
        return String.join("\n", lines);
    }

    private static String of(long count, long most) {
        return (count < 0 ? "unknown" : count) + " of " + most;
    }

    private static String transfer(Transfer transfer) {
        return transfer.time() + " by process " + transfer.pid();
    }

    private static String line(String key, Object value) {
        return String.format("%-16s %s", key, value);
    }

    /** A text, as it comes. */
    @Descriptor("sends a text; does not wait if the queue is full")
    public void send(@Descriptor("name of the queue") String name, @Descriptor("text to send") String text)
            throws IOException {
        MessageQueue queue = configured.live(name);
        send(queue, queue.allocate().put(text));
    }

    /** A text with a priority or type. */
    @Descriptor("sends a text with a priority (POSIX) or type (System V); does not wait if the queue is full")
    public void send(
            @Descriptor("name of the queue") String name,
            @Descriptor("text to send") String text,
            @Descriptor("priority from 0 on (POSIX), or type from 1 on (System V)") long priorityOrType)
            throws IOException {
        MessageQueue queue = configured.live(name);
        MessageBuffer buffer = queue.allocate().put(text);
        send(
                queue,
                queue.kind() == QueueKind.POSIX
                        ? buffer.priority((int) Math.min(Integer.MAX_VALUE, Math.max(-1, priorityOrType)))
                        : buffer.type(priorityOrType));
    }

    private static void send(MessageQueue queue, MessageBuffer buffer) throws IOException {
        if (!queue.send(buffer, Duration.ZERO)) {
            throw new IllegalStateException(
                    "queue " + queue.name() + " is full: start the program that reads it, or take a"
                            + " message out of it (mq:receive " + queue.name() + ")");
        }
    }

    /** The next message. */
    @Descriptor("takes the next message out of a queue and shows it; does not wait if there is none")
    public String receive(@Descriptor("name of the queue") String name) throws IOException {
        return receive(name, "any");
    }

    /** The next of some types. */
    @Descriptor("takes the next message of some types out of a System V queue and shows it")
    public String receive(
            @Descriptor("name of the queue") String name,
            @Descriptor("types: any, 5, <=5 (the lowest first) or !=5") String types)
            throws IOException {
        MessageQueue queue = configured.live(name);
        MessageBuffer buffer = queue.allocate();
        return queue.receive(buffer, Selection.parse(types), Duration.ZERO)
                ? shown(queue, buffer)
                : "no message in " + name;
    }

    /** Bytes that are no text are shown as they are in a dump. */
    static String shown(MessageQueue queue, MessageBuffer message) {
        String text = message.text();
        boolean printable = text.chars().noneMatch(c -> c < ' ' && c != '\t' && c != '\n' || c == 0xfffd);
        StringBuilder line = new StringBuilder(
                queue.kind() == QueueKind.POSIX ? "priority " + message.priority() : "type " + message.type());
        line.append("  ").append(message.length()).append(" bytes  ");
        if (printable) {
            return line.append(text.replace('\n', ' ')).toString();
        }
        for (byte each : message.copy()) {
            line.append(String.format("%02x", each));
        }
        return line.toString();
    }

    /** Away with it. */
    @Descriptor("takes a queue away, with the messages in it")
    public String unlink(@Descriptor("name of a configured queue, or /NAME, 0xKEY, id:ID as in mq:list") String queue)
            throws IOException {
        String address = configured.statuses().stream()
                .filter(status -> status.name().equals(queue))
                .findFirst()
                .flatMap(configured::queue)
                .map(MessageQueue::address)
                .orElse(queue);
        QueueKind kind = kind(address);
        MachineQueues machine = configured.machine().stream()
                .filter(each -> each.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody here can unlink queues of kind " + kind.word()
                        + ": bundle io.callgate.mqueue." + kind.word() + " is not started"));
        machine.unlink(address);
        return address + " is unlinked";
    }

    private static QueueKind kind(String address) {
        if (address.startsWith("/")) {
            return QueueKind.POSIX;
        }
        if (address.startsWith("0x") || address.startsWith("id:")) {
            return QueueKind.SYSTEM_V;
        }
        throw new IllegalArgumentException("\"" + address + "\" is no live queue of the gateway, and no address of one:"
                + " /NAME, 0xKEY or id:ID, as mq:list shows them");
    }
}
