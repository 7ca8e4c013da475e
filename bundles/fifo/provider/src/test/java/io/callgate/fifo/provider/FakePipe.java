// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** A pipe of a fake kernel, of which a test is the other end. */
final class FakePipe {

    private final Deque<Byte> bytes = new ArrayDeque<>();
    private int writers;
    private int writersEver;
    private int readers;
    private long reads;

    /** Another program opens it for writing. */
    void writerComes() {
        writers++;
        writersEver++;
    }

    void writerLeaves() {
        writers--;
    }

    /** Another program opens it for reading. */
    void readerComes() {
        readers++;
    }

    void readerLeaves() {
        readers--;
    }

    void put(String text) {
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(each);
        }
    }

    /** How often it was asked for bytes. */
    long reads() {
        return reads;
    }

    /** What was written and not read. */
    String content() {
        byte[] copy = new byte[bytes.size()];
        int i = 0;
        for (byte each : bytes) {
            copy[i++] = each;
        }
        return new String(copy, StandardCharsets.UTF_8);
    }

    /** What one open leads to; the gateway's access is told apart by what it calls. */
    FakeFile open() {
        int before = writersEver;
        return new FakeFile() {
            @Override
            public int read(ByteBuffer into, long position) {
                reads++;
                if (bytes.isEmpty()) {
                    return writers == 0 ? 0 : LinuxFiles.WOULD_BLOCK;
                }
                int count = 0;
                for (; into.hasRemaining() && !bytes.isEmpty(); count++) {
                    into.put(bytes.remove());
                }
                return count;
            }

            @Override
            public int write(ByteBuffer from, long position) throws IOException {
                if (readers == 0) {
                    throw FakeFile.refuse(Errno.EPIPE);
                }
                int count = from.remaining();
                while (from.hasRemaining()) {
                    bytes.add(from.get());
                }
                return count;
            }

            /** FIONREAD states no size, so that the fake door gives no room for an answer. */
            @Override
            public int ioctl(Ioctl request, ByteBuffer argument) {
                return 0;
            }

            @Override
            public int ready() {
                boolean hungUp = writers == 0 && writersEver > before;
                return (bytes.isEmpty() ? 0 : Ready.IN) | (hungUp ? Ready.HUP : 0) | (readers == 0 ? Ready.ERR : 0);
            }
        };
    }
}
