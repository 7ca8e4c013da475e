// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The POSIX queues of a fake kernel, with virtual time: who waits in it lets time pass. */
final class FakeQueues implements LinuxCalls, Time {

    /** One message. */
    record Message(int priority, String text) {}

    /** One queue, which outlives its name as long as it is open. */
    static final class Queue implements FakeFile {
        final List<Message> messages = new ArrayList<>(); // in the order in which they are received
        final long maxMessages;
        final long maxMessageBytes;
        final long inode;
        int mode;
        boolean unlinked;

        Queue(long maxMessages, long maxMessageBytes, int mode, long inode) {
            this.maxMessages = maxMessages;
            this.maxMessageBytes = maxMessageBytes;
            this.mode = mode;
            this.inode = inode;
        }

        void put(int priority, String text) {
            int place = 0;
            while (place < messages.size() && messages.get(place).priority >= priority) {
                place++;
            }
            messages.add(place, new Message(priority, text));
        }

        List<String> texts() {
            return messages.stream().map(Message::text).toList();
        }

        @Override
        public int ready() {
            return (messages.isEmpty() ? 0 : Ready.IN) | (messages.size() < maxMessages ? Ready.OUT : 0);
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int bytes = messages.stream().mapToInt(each -> each.text.length()).sum();
            byte[] text = ("QSIZE:" + bytes + " NOTIFY:0 SIGNO:0 NOTIFY_PID:0\n").getBytes(StandardCharsets.US_ASCII);
            into.put(text);
            return text.length;
        }
    }

    final FakeLinux kernel = new FakeLinux();
    final Map<String, Queue> queues = new HashMap<>();
    private final Map<String, Errno> refusals = new HashMap<>();
    private final Map<Fd, Queue> open = new IdentityHashMap<>();
    private final List<Long> waits = new ArrayList<>();
    private Queue opening;
    private long inodes = 100;
    private long nanos = 1_000_000;

    /** What happens while somebody waits, once. */
    Runnable meanwhile = () -> {};

    FakeQueues() {
        kernel.onCallForFd("mq_open", this::open)
                .onCall("mq_unlink", arguments -> unlink((String) arguments[0]))
                .onCall("mq_getsetattr", this::attributes)
                .onCall("mq_timedsend", this::send)
                .onCall("mq_timedreceive", this::receive)
                .onCall("statx", this::statx)
                .onCall("fchmod", arguments -> {
                    queue(arguments[0]).mode = (int) arguments[1];
                    return 0;
                });
    }

    /** A queue that another program makes. */
    Queue foreign(String address, long maxMessages, long maxMessageBytes) {
        Queue queue = new Queue(maxMessages, maxMessageBytes, 0600, ++inodes);
        queues.put(address, queue);
        return queue;
    }

    /** Another program unlinks it. */
    void foreignUnlink(String address) {
        queues.remove(address).unlinked = true;
    }

    /** From now on a call fails. */
    void fail(String call, Errno errno) {
        refusals.put(call, errno);
    }

    void mend(String call) {
        refusals.remove(call);
    }

    /** How long callers waited in the kernel, each time, in milliseconds. */
    List<Long> waits() {
        return waits.stream().map(each -> each / 1_000_000).toList();
    }

    private void check(String call) throws IOException {
        if (refusals.containsKey(call)) {
            throw FakeFile.refuse(refusals.get(call));
        }
    }

    private FakeFile open(Object... arguments) throws IOException {
        String address = "/" + arguments[0];
        int flags = (int) arguments[1];
        check("mq_open");
        Queue there = queues.get(address);
        if ((flags & Abi.O_CREAT) == 0) {
            if (there == null) {
                throw FakeFile.refuse(Errno.ENOENT);
            }
        } else {
            check("mq_open create");
            if (there != null) {
                throw FakeFile.refuse(Errno.EEXIST);
            }
            ByteBuffer attributes = ((NativeBuffer) arguments[3]).bytes();
            there = new Queue(attributes.getLong(8), attributes.getLong(16), (int) arguments[2] & ~022, ++inodes);
            queues.put(address, there);
        }
        opening = there;
        return there;
    }

    private long unlink(String name) throws IOException {
        check("mq_unlink");
        Queue there = queues.remove("/" + name);
        if (there == null) {
            throw FakeFile.refuse(Errno.ENOENT);
        }
        there.unlinked = true;
        return 0;
    }

    private Queue queue(Object fd) {
        return open.get((Fd) fd);
    }

    private long attributes(Object... arguments) {
        Queue queue = queue(arguments[0]);
        ByteBuffer into = ((NativeBuffer) arguments[2]).bytes();
        into.putLong(8, queue.maxMessages).putLong(16, queue.maxMessageBytes).putLong(24, queue.messages.size());
        return 0;
    }

    private long statx(Object... arguments) {
        Queue queue = queue(arguments[0]);
        ((NativeBuffer) arguments[4]).bytes().putLong(32, queue.inode).putInt(16, queue.unlinked ? 0 : 1);
        return 0;
    }

    private long send(Object... arguments) throws IOException {
        check("mq_timedsend");
        Queue queue = queue(arguments[0]);
        if (queue.messages.size() >= queue.maxMessages) {
            await((NativeBuffer) arguments[4]);
        }
        if (queue.messages.size() >= queue.maxMessages) {
            throw FakeFile.refuse(Errno.ETIMEDOUT);
        }
        String text = ((NativeBuffer) arguments[1]).text(0, Math.toIntExact((long) arguments[2]));
        queue.put(Math.toIntExact((long) arguments[3]), text);
        return 0;
    }

    private long receive(Object... arguments) throws IOException {
        check("mq_timedreceive");
        Queue queue = queue(arguments[0]);
        NativeBuffer into = (NativeBuffer) arguments[1];
        if (into.size() < queue.maxMessageBytes || (long) arguments[2] < queue.maxMessageBytes) {
            throw FakeFile.refuse(Errno.EMSGSIZE);
        }
        if (queue.messages.isEmpty()) {
            await((NativeBuffer) arguments[4]);
        }
        if (queue.messages.isEmpty()) {
            throw FakeFile.refuse(Errno.ETIMEDOUT);
        }
        Message message = queue.messages.remove(0);
        ((NativeBuffer) arguments[3]).bytes().putInt(0, message.priority);
        return into.put(0, message.text);
    }

    private void await(NativeBuffer deadline) {
        long until =
                deadline.bytes().getLong(0) * 1_000_000_000 + deadline.bytes().getLong(8);
        if (until > nanos) {
            waits.add(until - nanos);
            nanos = until;
            Runnable now = meanwhile;
            meanwhile = () -> {};
            now.run();
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return nanos / 1_000_000;
    }

    @Override
    public Fd callForFd(String name, Object... arguments) throws IOException {
        Fd fd = kernel.callForFd(name, arguments);
        open.put(fd, opening);
        return fd;
    }

    @Override
    public int number(String systemCall) {
        return kernel.number(systemCall);
    }

    @Override
    public long syscall(int number) throws IOException {
        return kernel.syscall(number);
    }

    @Override
    public long syscall(int number, long a) throws IOException {
        return kernel.syscall(number, a);
    }

    @Override
    public long syscall(int number, long a, long b, long c) throws IOException {
        return kernel.syscall(number, a, b, c);
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d) throws IOException {
        return kernel.syscall(number, a, b, c, d);
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d, long e, long f) throws IOException {
        return kernel.syscall(number, a, b, c, d, e, f);
    }

    @Override
    public PreparedCall prepare(String systemCall) {
        return kernel.prepare(systemCall);
    }

    @Override
    public long call(String name, Object... arguments) throws IOException {
        for (Object argument : arguments) {
            if (argument instanceof Fd fd) {
                fd.use().close(); // refuses one that was closed, as the real door does
            }
        }
        return kernel.call(name, arguments);
    }
}
