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
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Queues in memory, as the two providers show them. */
final class Machine {

    /** A message that waits. */
    record Message(long number, byte[] bytes) {}

    final Configured configured = new Configured();
    final List<QueueInfo> posix = new ArrayList<>();
    final List<QueueInfo> sysv = new ArrayList<>();
    final List<String> unlinked = new ArrayList<>();
    String posixCannotBeListed = "";

    Machine() {
        configured.statuses = new ArrayList<>();
        configured.queues = new ArrayList<>();
        configured.machine = List.of(machine(QueueKind.SYSTEM_V, sysv), machine(QueueKind.POSIX, posix));
    }

    private MachineQueues machine(QueueKind kind, List<QueueInfo> queues) {
        return new MachineQueues() {
            @Override
            public QueueKind kind() {
                return kind;
            }

            @Override
            public List<QueueInfo> list() throws IOException {
                if (kind == QueueKind.POSIX && !posixCannotBeListed.isEmpty()) {
                    throw new IOException(posixCannotBeListed);
                }
                return queues;
            }

            @Override
            public void unlink(String address) {
                unlinked.add(kind.word() + " " + address);
            }
        };
    }

    static QueueInfo info(QueueKind kind, String address, long messages, Long... users) {
        return new QueueInfo(
                kind, address, "root", 0640, messages, 3 * messages, Set.of(users), Optional.empty(), Optional.empty());
    }

    Queue live(String name, QueueKind kind, String address) {
        Queue queue = new Queue(name, kind, address);
        configured.queues.add(queue);
        status(name, kind, ResourceState.LIVE, "");
        return queue;
    }

    void status(String name, QueueKind kind, ResourceState state, String reason) {
        configured.statuses.add(new ResourceStatus() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String pid() {
                return "io.callgate.mqueue." + kind.word() + "~" + name;
            }

            @Override
            public ResourceState state() {
                return state;
            }

            @Override
            public String reason() {
                return reason;
            }

            @Override
            public Instant since() {
                return Instant.EPOCH;
            }
        });
    }

    /** A queue that takes two messages. */
    static final class Queue implements MessageQueue {

        final Deque<Message> messages = new ArrayDeque<>();
        private final String name;
        private final QueueKind kind;
        private final String address;

        Queue(String name, QueueKind kind, String address) {
            this.name = name;
            this.kind = kind;
            this.address = address;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public QueueKind kind() {
            return kind;
        }

        @Override
        public String address() {
            return address;
        }

        @Override
        public int maxMessageBytes() {
            return 64;
        }

        @Override
        public MessageBuffer allocate() {
            return new Buffer();
        }

        @Override
        public boolean send(MessageBuffer message, Duration limit) {
            if (messages.size() == 2) {
                return false;
            }
            messages.add(new Message(((Buffer) message).number, message.copy()));
            return true;
        }

        @Override
        public boolean receive(MessageBuffer into, Duration limit) {
            return receive(into, Selection.any(), limit);
        }

        @Override
        public boolean receive(MessageBuffer into, Selection which, Duration limit) {
            for (Message message : messages) {
                if (which.rule() == Selection.Rule.ANY || message.number == which.type()) {
                    messages.remove(message);
                    ((Buffer) into).number = message.number;
                    into.put(message.bytes);
                    return true;
                }
            }
            return false;
        }

        @Override
        public QueueStatistics statistics() {
            Optional<Transfer> sent = kind == QueueKind.POSIX
                    ? Optional.empty()
                    : Optional.of(new Transfer(4711, Instant.ofEpochSecond(1_700_000_000)));
            return new QueueStatistics(messages.size(), 5, 2, 128, sent, Optional.empty());
        }
    }

    private static final class Buffer implements MessageBuffer {

        private final ByteBuffer bytes = ByteBuffer.allocateDirect(64);
        private long number;

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public int priority() {
            return (int) number;
        }

        @Override
        public MessageBuffer priority(int priority) {
            if (priority < 0 || priority > 32767) {
                throw new IllegalArgumentException("a priority of " + priority);
            }
            number = priority;
            return this;
        }

        @Override
        public long type() {
            return number;
        }

        @Override
        public MessageBuffer type(long type) {
            number = type;
            return this;
        }
    }
}
