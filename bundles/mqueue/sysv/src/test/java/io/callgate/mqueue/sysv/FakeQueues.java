// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Errno;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The System V queues of a fake kernel. The test's own thread waits in virtual time; any other waits for an event, as in
 * the kernel: a message, room, a signal, or the end of the queue.
 */
final class FakeQueues implements Time {

    private static final Duration STEP = Duration.ofMillis(1);
    private static final int MOST_STEPS = 5_000;
    private static final long DEADLINE_MILLIS = 30_000;
    private static final Runnable NOTHING = () -> {};

    /** One message. */
    record Message(long type, String text) {}

    /** One queue. */
    static final class Queue {
        final int id;
        final List<Message> messages = new ArrayList<>();
        int mode;
        long maxBytes = 16384;
        boolean removed;

        Queue(int id, int mode) {
            this.id = id;
            this.mode = mode;
        }

        long bytes() {
            return messages.stream().mapToInt(each -> each.text.length()).sum();
        }
    }

    final FakeLinux kernel = new FakeLinux();
    final Map<Integer, Queue> queues = new HashMap<>(); // by key
    final Set<Integer> signals = new HashSet<>();
    private final Map<String, Errno> refusals = new HashMap<>();
    private final Set<Long> signalled = new HashSet<>();
    private final Set<Long> deaf = new HashSet<>();
    private final Thread test = Thread.currentThread();
    private int ids = 32768;

    /** What happens while the test's thread waits, once. */
    Runnable meanwhile = NOTHING;

    FakeQueues() {
        kernel.onCall("msgget", this::get)
                .onCall("msgctl", this::control)
                .onCall("msgsnd", this::send)
                .onCall("msgrcv", this::receive)
                .onCall("gettid", arguments -> Thread.currentThread().getId())
                .onCall("tgkill", this::signal);
    }

    synchronized Queue foreign(int key) {
        Queue queue = new Queue(++ids, 0600);
        queues.put(key, queue);
        return queue;
    }

    synchronized void foreignRemove(int key) {
        queues.remove(key).removed = true;
        notifyAll();
    }

    synchronized void put(int key, long type, String text) {
        queues.get(key).messages.add(new Message(type, text));
        notifyAll();
    }

    synchronized List<String> texts(int key) {
        return queues.get(key).messages.stream().map(Message::text).toList();
    }

    /** The next signals to a thread come just before it enters the kernel, and are lost. */
    synchronized void loseOneSignalOf(Thread thread) {
        deaf.add(thread.getId());
    }

    void fail(String call, Errno errno) {
        refusals.put(call, errno);
    }

    void mend(String call) {
        refusals.remove(call);
    }

    private void check(String call) throws IOException {
        if (refusals.containsKey(call)) {
            throw FakeFile.refuse(refusals.get(call));
        }
    }

    private synchronized long get(Object... arguments) throws IOException {
        check("msgget");
        int key = (int) arguments[0];
        int flags = (int) arguments[1];
        Queue there = queues.get(key);
        if (there == null && (flags & Abi.IPC_CREAT) == 0) {
            throw FakeFile.refuse(Errno.ENOENT);
        }
        if (there != null && (flags & Abi.IPC_EXCL) != 0) {
            throw FakeFile.refuse(Errno.EEXIST);
        }
        if (there == null) {
            check("msgget create");
            there = new Queue(++ids, flags & 0777);
            queues.put(key, there);
        }
        return there.id;
    }

    private Queue queue(long id) throws IOException {
        return queues.values().stream()
                .filter(queue -> queue.id == id)
                .findFirst()
                .orElseThrow(() -> FakeFile.refuse(Errno.EINVAL));
    }

    private synchronized long control(Object... arguments) throws IOException {
        Queue queue = queue((int) arguments[0]);
        switch ((int) arguments[1]) {
            case Abi.IPC_RMID -> {
                check("msgctl remove");
                queues.values().remove(queue);
                queue.removed = true;
                notifyAll();
            }
            case Abi.IPC_STAT -> {
                check("msgctl stat");
                ByteBuffer into = ((NativeBuffer) arguments[2]).bytes();
                into.putLong(72, queue.bytes())
                        .putLong(80, queue.messages.size())
                        .putLong(88, queue.maxBytes);
                into.putLong(48, 1_700_000_000).putInt(96, 4711);
            }
            case Abi.IPC_SET ->
                queue.maxBytes = ((NativeBuffer) arguments[2]).bytes().getLong(88);
            default -> throw FakeFile.refuse(Errno.EINVAL);
        }
        return 0;
    }

    private synchronized long send(Object... arguments) throws IOException {
        check("msgsnd");
        Queue queue = queue((long) arguments[0]);
        NativeBuffer message = (NativeBuffer) arguments[1];
        int length = Math.toIntExact((long) arguments[2]);
        boolean waits = ((long) arguments[3] & Abi.IPC_NOWAIT) == 0;
        while (queue.bytes() + length > queue.maxBytes) {
            await(queue, waits, Errno.EAGAIN);
        }
        queue.messages.add(new Message(message.bytes().getLong(0), message.text(8, length)));
        notifyAll();
        return 0;
    }

    private synchronized long receive(Object... arguments) throws IOException {
        check("msgrcv");
        Queue queue = queue((long) arguments[0]);
        NativeBuffer into = (NativeBuffer) arguments[1];
        long type = (long) arguments[3];
        long flags = (long) arguments[4];
        Optional<Message> next = next(queue, type, (flags & Abi.MSG_EXCEPT) != 0);
        while (next.isEmpty()) {
            await(queue, (flags & Abi.IPC_NOWAIT) == 0, Errno.ENOMSG);
            next = next(queue, type, (flags & Abi.MSG_EXCEPT) != 0);
        }
        Message message = next.get();
        if (message.text.length() > (long) arguments[2]) {
            throw FakeFile.refuse(Errno.E2BIG);
        }
        queue.messages.remove(message);
        notifyAll();
        into.bytes().putLong(0, message.type);
        return into.put(8, message.text);
    }

    private static Optional<Message> next(Queue queue, long type, boolean except) {
        if (type < 0) {
            return queue.messages.stream()
                    .filter(each -> each.type <= -type)
                    .min(Comparator.comparingLong(Message::type));
        }
        return queue.messages.stream()
                .filter(each -> type == 0 || (each.type == type) != except)
                .findFirst();
    }

    private void await(Queue queue, boolean waits, Errno otherwise) throws IOException {
        if (!waits) {
            throw FakeFile.refuse(otherwise);
        }
        if (Thread.currentThread() == test) {
            advance();
        } else {
            block();
        }
        if (queue.removed) {
            throw FakeFile.refuse(Errno.EIDRM);
        }
    }

    private void advance() throws IOException {
        if (meanwhile != NOTHING) {
            Runnable now = meanwhile;
            meanwhile = NOTHING;
            now.run();
            return;
        }
        for (int i = 0; i < MOST_STEPS; i++) {
            if (signalled.remove(Thread.currentThread().getId())) {
                throw FakeFile.refuse(Errno.EINTR);
            }
            kernel.advance(STEP);
        }
        throw new AssertionError("nobody has ended the wait within " + STEP.multipliedBy(MOST_STEPS));
    }

    private void block() throws IOException {
        try {
            wait(DEADLINE_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError("an interruption does not end a native call", e);
        }
        if (signalled.remove(Thread.currentThread().getId())) {
            throw FakeFile.refuse(Errno.EINTR);
        }
    }

    private synchronized long signal(Object... arguments) {
        long thread = (long) arguments[1];
        signals.add((int) arguments[2]);
        if (!deaf.remove(thread)) {
            signalled.add(thread);
            notifyAll();
        }
        return 0;
    }

    @Override
    public long nanos() {
        return kernel.time().toNanos() + 1;
    }

    @Override
    public long wallMillis() {
        return kernel.time().toMillis();
    }
}
