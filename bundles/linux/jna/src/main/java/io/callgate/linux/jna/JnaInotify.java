// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;
import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One inotify instance and the buffer it is read into. */
final class JnaInotify implements Inotify {

    /** Room for some hundred events; one event takes at most 16 + 256. */
    private static final int BUFFER_BYTES = 16 * 1024;

    /** So that a flood cannot keep the caller for ever; what is left makes the descriptor ready again. */
    private static final int ROUNDS = 64;

    private final CountedFd file;
    private final Block buffer = Block.allocate(BUFFER_BYTES);

    JnaInotify(CountedFd file) {
        this.file = file;
    }

    @Override
    public Fd fd() {
        return file;
    }

    @Override
    public int add(Path path, int mask) throws IOException {
        Block name = Block.cString(path.toString());
        int number = file.enter();
        try {
            int watch;
            do {
                watch = C.inotify_add_watch(number, name.address(), mask);
            } while (watch < 0 && Failures.interrupted("inotify_add_watch", path.toString()));
            return watch;
        } finally {
            file.leave();
            Reference.reachabilityFence(name);
        }
    }

    @Override
    public void remove(int watch) throws IOException {
        int number = file.enter();
        try {
            if (C.inotify_rm_watch(number, watch) < 0) {
                throw Failures.of("inotify_rm_watch", String.valueOf(watch));
            }
        } finally {
            file.leave();
        }
    }

    @Override
    public synchronized List<Event> read() throws IOException {
        List<Event> events = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            int length = fill();
            if (length <= 0) {
                break;
            }
            decode(buffer.bytes(), length, events);
        }
        return events;
    }

    /** Bytes read, or -1 if there is nothing. */
    private int fill() throws IOException {
        int number = file.enter();
        try {
            long count;
            do {
                count = K.read(number, buffer.address(), BUFFER_BYTES);
            } while (count < 0 && Failures.retry("read", file, count));
            return (int) count;
        } finally {
            file.leave();
        }
    }

    /** The kernel never cuts an event, and pads its name with NUL to the alignment of the next. */
    static void decode(ByteBuffer bytes, int length, List<Event> into) {
        int at = 0;
        while (at < length) {
            int nameLength = bytes.getInt(at + Layout.INOTIFY_LEN);
            into.add(new Event(
                    bytes.getInt(at + Layout.INOTIFY_WD),
                    bytes.getInt(at + Layout.INOTIFY_MASK),
                    bytes.getInt(at + Layout.INOTIFY_COOKIE),
                    Block.text(bytes, at + Layout.INOTIFY_NAME, nameLength)));
            at += Layout.INOTIFY_NAME + nameLength;
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
