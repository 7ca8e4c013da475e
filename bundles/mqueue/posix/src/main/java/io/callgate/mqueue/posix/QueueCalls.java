// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The system calls of POSIX queues, with the kernel's words. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/mq_open.3.html">mq_open(3)</a>
 */
final class QueueCalls {

    /** How a queue was made. */
    record Attributes(long maxMessages, long maxMessageBytes, long messages) {}

    /** Which object a descriptor leads to, and whether it still has its name. */
    record Identity(long inode, long links) {}

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_SIZE = 256;
    private static final int STATX_NLINK = 16;
    private static final int STATX_INO = 32;
    private static final int TEXT = 128;
    private static final Pattern QSIZE = Pattern.compile("QSIZE:(\\d+)");

    private final LinuxCalls calls;
    private final LinuxMemory memory;
    private final LinuxFiles files;
    private final Abi abi;

    QueueCalls(LinuxCalls calls, LinuxMemory memory, LinuxFiles files, Abi abi) {
        this.calls = calls;
        this.memory = memory;
        this.files = files;
        this.abi = abi;
    }

    Abi abi() {
        return abi;
    }

    /** Opens one that is there. */
    Fd open(String address, int access) throws IOException {
        return open(address, access, 0, null);
    }

    /** Makes a new one; the umask has no say in its mode. */
    Fd create(String address, int access, int mode, long maxMessages, long maxMessageBytes) throws IOException {
        NativeBuffer attributes = memory.allocate(Abi.ATTR_WORDS * abi.wordBytes());
        put(attributes.bytes(), Abi.ATTR_MAXMSG, maxMessages);
        put(attributes.bytes(), Abi.ATTR_MSGSIZE, maxMessageBytes);
        Fd fd = open(address, access | Abi.O_CREAT | Abi.O_EXCL, mode, attributes);
        try {
            calls.call("fchmod", fd, mode);
            return fd;
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** The system call takes the name without its slash. */
    private Fd open(String address, int flags, int mode, NativeBuffer attributes) throws IOException {
        try {
            return calls.callForFd("mq_open", address.substring(1), flags | Abi.O_CLOEXEC, mode, attributes);
        } catch (ErrnoException e) {
            throw new ErrnoException("mq_open", address, e.errno());
        }
    }

    void unlink(String address) throws IOException {
        try {
            calls.call("mq_unlink", address.substring(1));
        } catch (ErrnoException e) {
            throw new ErrnoException("mq_unlink", address, e.errno());
        }
    }

    Attributes attributes(Fd fd) throws IOException {
        NativeBuffer attributes = memory.allocate(Abi.ATTR_WORDS * abi.wordBytes());
        calls.call("mq_getsetattr", fd, null, attributes);
        ByteBuffer bytes = attributes.bytes();
        return new Attributes(get(bytes, Abi.ATTR_MAXMSG), get(bytes, Abi.ATTR_MSGSIZE), get(bytes, Abi.ATTR_CURMSGS));
    }

    private void put(ByteBuffer bytes, int word, long value) {
        if (abi.wordBytes() == Long.BYTES) {
            bytes.putLong(word * Long.BYTES, value);
        } else {
            bytes.putInt(word * Integer.BYTES, Math.toIntExact(value));
        }
    }

    private long get(ByteBuffer bytes, int word) {
        return abi.wordBytes() == Long.BYTES ? bytes.getLong(word * Long.BYTES) : bytes.getInt(word * Integer.BYTES);
    }

    /** Bytes that wait, as the queue's file says; it must be open for receiving. */
    long bytes(Fd fd) throws IOException {
        NativeBuffer text = memory.allocate(TEXT);
        int length = files.pread(fd, text, 0, TEXT, 0);
        Matcher size = QSIZE.matcher(text.text(0, Math.max(0, length)));
        if (!size.find()) {
            throw new IOException(fd.subject() + " says nothing of its size");
        }
        return Long.parseLong(size.group(1));
    }

    /** struct statx, which is the same on every architecture. */
    Identity identity(Fd fd) throws IOException {
        NativeBuffer answer = memory.allocate(STATX_SIZE);
        calls.call("statx", fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, answer);
        ByteBuffer bytes = answer.bytes();
        return new Identity(bytes.getLong(STATX_INO), Integer.toUnsignedLong(bytes.getInt(STATX_NLINK)));
    }

    /** A buffer with the calls that use it. */
    PosixBuffer buffer(PosixQueue queue, int capacity) {
        return new PosixBuffer(
                queue,
                memory.allocate(PosixBuffer.PAYLOAD + capacity),
                capacity,
                calls.prepare(abi.timedSend()),
                calls.prepare(abi.timedReceive()));
    }
}
