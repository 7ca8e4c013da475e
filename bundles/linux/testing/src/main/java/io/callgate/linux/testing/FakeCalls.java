// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.PreparedCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The calls that a test has scripted; there are no others. */
final class FakeCalls implements LinuxCalls {

    private static final int FIRST_NUMBER = 1000;

    private final List<String> names = new ArrayList<>();
    private final Map<String, FakeLinux.Call> scripts = new ConcurrentHashMap<>();
    private final Map<String, FakeLinux.FdCall> fdScripts = new ConcurrentHashMap<>();
    private final Descriptors descriptors;

    FakeCalls(Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    void scriptFd(String name, FakeLinux.FdCall call) {
        fdScripts.put(name, call);
    }

    synchronized void script(String name, FakeLinux.Call call) {
        if (scripts.put(name, call) == null) {
            names.add(name);
        }
    }

    @Override
    public synchronized int number(String systemCall) {
        int index = names.indexOf(systemCall);
        if (index < 0) {
            throw new IllegalArgumentException("no system call " + systemCall + ": script it with FakeLinux.onCall");
        }
        return FIRST_NUMBER + index;
    }

    @Override
    public long syscall(int number) throws IOException {
        return byNumber(number);
    }

    @Override
    public long syscall(int number, long a) throws IOException {
        return byNumber(number, a);
    }

    @Override
    public long syscall(int number, long a, long b, long c) throws IOException {
        return byNumber(number, a, b, c);
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d) throws IOException {
        return byNumber(number, a, b, c, d);
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d, long e, long f) throws IOException {
        return byNumber(number, a, b, c, d, e, f);
    }

    private long byNumber(int number, Object... arguments) throws IOException {
        return answer("syscall", Integer.toString(number), name(number), arguments);
    }

    private synchronized String name(int number) {
        int index = number - FIRST_NUMBER;
        return index >= 0 && index < names.size() ? names.get(index) : "";
    }

    @Override
    public PreparedCall prepare(String systemCall) {
        return new FakePreparedCall(arguments -> answer(systemCall, "", systemCall, arguments));
    }

    @Override
    public long call(String name, Object... arguments) throws IOException {
        if (!scripts.containsKey(name)) {
            throw new IllegalArgumentException("no call " + name + ": script it with FakeLinux.onCall");
        }
        return answer(name, "", name, arguments);
    }

    @Override
    public Fd callForFd(String name, Object... arguments) throws IOException {
        FakeLinux.FdCall script = fdScripts.get(name);
        if (script == null) {
            throw new IllegalArgumentException("no call " + name + ": script it with FakeLinux.onCallForFd");
        }
        try {
            return descriptors.add(name, FakeFd.Opening.of(script.answer(arguments)));
        } catch (IOException e) {
            throw FakeFiles.named(name, "", e);
        }
    }

    private long answer(String call, String subject, String name, Object... arguments) throws IOException {
        FakeLinux.Call script = scripts.get(name);
        if (script == null) {
            throw new ErrnoException(call, subject, Errno.ENOSYS);
        }
        try {
            return script.answer(arguments);
        } catch (IOException e) {
            throw FakeFiles.named(call, subject, e);
        }
    }
}
