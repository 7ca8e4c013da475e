// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import java.lang.ref.Reference;

/** Arguments as the machine has them, and what they stand for, so that it stays open and reachable. */
final class JnaPreparedCall implements PreparedCall {

    private static final int ARGUMENTS = 6;
    private static final int NONE = -1;

    private final int number;
    private final long[] values = new long[ARGUMENTS];
    private final Object[] kept = new Object[ARGUMENTS];
    private int last; // index of the last argument that was set: as many are passed as a call with that many takes
    private int fdIndex = NONE;
    private CountedFd fd;

    JnaPreparedCall(int number) {
        this.number = number;
    }

    @Override
    public PreparedCall argument(int index, long value) {
        forgetFd(index);
        return set(index, value, null);
    }

    @Override
    public PreparedCall argument(int index, Fd descriptor) {
        if (fdIndex != NONE && fdIndex != index) {
            throw new IllegalArgumentException("argument " + fdIndex + " is a descriptor already");
        }
        fd = CountedFd.of(descriptor);
        set(index, 0, null);
        fdIndex = index;
        return this;
    }

    @Override
    public PreparedCall argument(int index, NativeBuffer buffer, int offset, int length) {
        forgetFd(index);
        return set(index, Block.address(buffer, offset, length), buffer);
    }

    private void forgetFd(int index) {
        if (index == fdIndex) {
            fdIndex = NONE;
            fd = null;
        }
    }

    private PreparedCall set(int index, long value, Object reachable) {
        values[index] = value;
        kept[index] = reachable;
        last = Math.max(last, index);
        return this;
    }

    @Override
    public long call() throws ClosedFdException {
        CountedFd used = fd;
        if (used == null) {
            return make();
        }
        values[fdIndex] = used.enter();
        try {
            return make();
        } finally {
            used.leave();
        }
    }

    private long make() {
        long[] a = values;
        long outcome =
                switch (last) {
                    case 0 -> K.syscall(number, a[0]);
                    case 1, 2 -> K.syscall(number, a[0], a[1], a[2]);
                    case 3 -> K.syscall(number, a[0], a[1], a[2], a[3]);
                    default -> K.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
                };
        Reference.reachabilityFence(this);
        return outcome;
    }
}
