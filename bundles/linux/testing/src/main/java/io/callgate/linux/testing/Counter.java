// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The 8-byte counter of an eventfd or a timerfd: a write adds, a read takes all. */
final class Counter implements FakeFile {

    private long count;

    Counter(long initial) {
        count = initial;
    }

    synchronized void add(long more) {
        count += more;
    }

    @Override
    public synchronized int read(ByteBuffer into, long position) throws IOException {
        if (into.remaining() < Long.BYTES) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        if (count == 0) {
            return LinuxFiles.WOULD_BLOCK;
        }
        into.putLong(count);
        count = 0;
        return Long.BYTES;
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
        if (from.remaining() < Long.BYTES) {
            throw FakeFile.refuse(Errno.EINVAL);
        }
        count += from.getLong();
        return Long.BYTES;
    }

    @Override
    public synchronized int ready() {
        return count > 0 ? Ready.IN | Ready.OUT : Ready.OUT;
    }
}
