// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Gives its arguments to the script: a Long, an {@link Fd}, or a {@link NativeBuffer} that is the part that was named. */
final class FakePreparedCall implements PreparedCall {

    private static final int ARGUMENTS = 6;

    private final FakeLinux.Call script;
    private final Object[] arguments = new Object[ARGUMENTS];
    private int count;

    FakePreparedCall(FakeLinux.Call script) {
        this.script = script;
        Arrays.fill(arguments, 0L);
    }

    @Override
    public PreparedCall argument(int index, long value) {
        return set(index, value);
    }

    @Override
    public PreparedCall argument(int index, Fd fd) {
        for (int i = 0; i < ARGUMENTS; i++) {
            if (i != index && arguments[i] instanceof Fd) {
                throw new IllegalArgumentException("argument " + i + " is a descriptor already");
            }
        }
        return set(index, FakeFd.of(fd));
    }

    @Override
    public PreparedCall argument(int index, NativeBuffer buffer, int offset, int length) {
        return set(index, FakeMemory.part(buffer, offset, length));
    }

    private PreparedCall set(int index, Object value) {
        arguments[index] = value;
        count = Math.max(count, index + 1);
        return this;
    }

    @Override
    public long call() throws ClosedFdException {
        for (Object argument : arguments) {
            if (argument instanceof Fd fd && !fd.isOpen()) {
                throw new ClosedFdException(fd.subject());
            }
        }
        try {
            return script.answer(Arrays.copyOf(arguments, count));
        } catch (ErrnoException e) {
            return -e.errno().number();
        } catch (ClosedFdException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
