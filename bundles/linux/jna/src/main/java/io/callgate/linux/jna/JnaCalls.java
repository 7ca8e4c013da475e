// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Kernel.K;

import com.sun.jna.Function;
import com.sun.jna.NativeLong;
import io.callgate.linux.Architecture;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.PreparedCall;
import java.io.IOException;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Any other call: by number straight through syscall(2), by name through the table or the symbol. */
@Component
public final class JnaCalls implements LinuxCalls {

    private static final int SYSCALL_ARGUMENTS = 6;

    /** A C int of -1 in a 64-bit register whose upper half is zero. */
    private static final long MINUS_ONE_INT = 0xffff_ffffL;

    private volatile Map<String, Integer> numbers;

    private final Descriptors descriptors;

    @Activate
    public JnaCalls(@org.osgi.service.component.annotations.Reference Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public int number(String systemCall) {
        Integer number = table().get(systemCall);
        if (number == null) {
            throw new IllegalArgumentException("no system call " + systemCall + " on " + Architecture.current());
        }
        return number;
    }

    @Override
    public long syscall(int number) throws IOException {
        return checked(number, K.syscall(number));
    }

    @Override
    public long syscall(int number, long a) throws IOException {
        return checked(number, K.syscall(number, a));
    }

    @Override
    public long syscall(int number, long a, long b, long c) throws IOException {
        return checked(number, K.syscall(number, a, b, c));
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d) throws IOException {
        return checked(number, K.syscall(number, a, b, c, d));
    }

    @Override
    public long syscall(int number, long a, long b, long c, long d, long e, long f) throws IOException {
        return checked(number, K.syscall(number, a, b, c, d, e, f));
    }

    private static long checked(int number, long result) throws ErrnoException {
        if (Kernel.isError(result)) {
            throw Failures.of("syscall " + number, "", result);
        }
        return result;
    }

    @Override
    public PreparedCall prepare(String systemCall) {
        return new JnaPreparedCall(number(systemCall));
    }

    @Override
    public long call(String name, Object... arguments) throws IOException {
        Integer number = table().get(name);
        try (Arguments given = new Arguments(arguments)) {
            return number != null ? systemCall(name, number, given) : function(name, given);
        }
    }

    @Override
    public Fd callForFd(String name, Object... arguments) throws IOException {
        return descriptors.ownClosedOnExec(Math.toIntExact(call(name, arguments)), name);
    }

    private static long systemCall(String name, int number, Arguments given) throws IOException {
        if (given.values.size() > SYSCALL_ARGUMENTS) {
            throw new IllegalArgumentException("a system call has at most 6 arguments");
        }
        long[] a = new long[SYSCALL_ARGUMENTS];
        for (int i = 0; i < given.values.size(); i++) {
            a[i] = given.values.get(i).longValue();
        }
        long result = K.syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
        if (Kernel.isError(result)) {
            throw Failures.of(name, "", result);
        }
        return result;
    }

    /** The result's C type is unknown, so both sizes of -1 count, if errno was set with it. */
    private long function(String name, Arguments given) throws IOException {
        Function function;
        try {
            function = Libc.library().getFunction(name);
        } catch (UnsatisfiedLinkError e) {
            throw new IllegalArgumentException("no system call and no libc function " + name, e);
        }
        Libc.clearErrno();
        long result = function.invokeLong(given.values.toArray());
        if ((result == -1 || result == MINUS_ONE_INT) && Libc.errno() != 0) {
            throw Failures.of(name, "");
        }
        return result;
    }

    private Map<String, Integer> table() {
        Map<String, Integer> table = numbers;
        if (table == null) {
            table = SystemCalls.of(Architecture.current());
            numbers = table;
        }
        return table;
    }

    /** Arguments as the machine has them, and what must stay open and reachable during the call. */
    private static final class Arguments implements AutoCloseable {

        final List<Number> values = new ArrayList<>();
        private final List<Object> kept = new ArrayList<>();
        private final List<Fd.Use> uses = new ArrayList<>();

        Arguments(Object... arguments) throws IOException {
            try {
                for (Object argument : arguments) {
                    values.add(value(argument));
                }
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private Number value(Object argument) throws IOException {
            if (argument == null) {
                return word(0);
            }
            if (argument instanceof Integer) {
                return (Integer) argument;
            }
            if (argument instanceof Long number) {
                return word(number);
            }
            if (argument instanceof Fd fd) {
                Fd.Use use = fd.use();
                uses.add(use);
                return use.number();
            }
            if (argument instanceof NativeBuffer buffer) {
                return memory(buffer);
            }
            if (argument instanceof String text) {
                return memory(Block.cString(text));
            }
            throw new IllegalArgumentException("an argument is an Integer, Long, Fd, NativeBuffer, String or null, not "
                    + argument.getClass().getName());
        }

        private Number memory(NativeBuffer buffer) {
            kept.add(buffer);
            return word(Block.address(buffer, 0, 0));
        }

        /** A C long, whose size JNA knows; an address has the same. */
        private static Number word(long value) {
            return new NativeLong(value);
        }

        @Override
        public void close() {
            uses.forEach(Fd.Use::close);
            Reference.reachabilityFence(kept);
        }
    }
}
