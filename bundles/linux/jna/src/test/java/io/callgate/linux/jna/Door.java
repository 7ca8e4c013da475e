// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The door of this bundle without a framework, on this machine's kernel. */
final class Door implements AutoCloseable {

    final RecordingLog log = new RecordingLog();
    final Descriptors descriptors = new Descriptors(log.logger());
    final JnaFiles files = new JnaFiles(descriptors);
    final JnaMemory memory = new JnaMemory(descriptors);
    final JnaWaiting waiting = new JnaWaiting(descriptors);
    final JnaSockets sockets = new JnaSockets(descriptors);
    final JnaCalls calls = new JnaCalls(descriptors);
    final EpollLoop epoll = new EpollLoop(descriptors, files, memory, waiting, log.logger());

    /** The event loop as a new bundle sees it. */
    BundleEventLoop loop() {
        return new BundleEventLoop(epoll, log.logger());
    }

    /** Both ends of a pipe, not blocking. */
    Pipe pipe() throws IOException {
        NativeBuffer ends = memory.allocate(2 * Integer.BYTES);
        calls.call("pipe2", ends, OpenFlags.CLOEXEC | OpenFlags.NONBLOCK);
        return new Pipe(
                descriptors.own(ends.bytes().getInt(0), "pipe reader"),
                descriptors.own(ends.bytes().getInt(Integer.BYTES), "pipe writer"));
    }

    record Pipe(Fd reader, Fd writer) implements AutoCloseable {
        @Override
        public void close() {
            reader.close();
            writer.close();
        }
    }

    /** A buffer that holds a long. */
    NativeBuffer number(long value) {
        NativeBuffer buffer = memory.allocate(Long.BYTES);
        buffer.bytes().putLong(0, value);
        return buffer;
    }

    /** The kernel refuses with this number and says so with call and subject. */
    static void refused(Errno errno, String message, ThrowingCallable call) {
        Assertions.assertThatThrownBy(call)
                .isInstanceOfSatisfying(ErrnoException.class, e -> Assertions.assertThat(e.errno())
                        .isEqualTo(errno))
                .hasMessageStartingWith(message);
    }

    @Override
    public void close() {
        epoll.close();
        descriptors.close();
    }
}
