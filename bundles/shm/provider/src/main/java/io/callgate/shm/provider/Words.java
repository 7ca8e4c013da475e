// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Aligned words in memory that other processes read and write, with the order of each access in its name. */
final class Words {

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private static final int ROUND = 1000;
    private static final int ROUNDS_IN_A_ROW = 5;
    private static final int FASTER = 15;
    private static final long COMPILED_NANOS = 100;
    private static final long PATIENCE_NANOS = 300_000_000;

    private Words() {}

    /**
     * Lets {@link #exchange} be compiled, as one that is interpreted must not meet memory that has gone: of all accesses
     * it is the only one for which HotSpot (17 to 25) has no guard then, and the fault ends the process. When it has become
     * as fast as only compiled code is, it is compiled. Takes some milliseconds, the first time in a process.
     */
    static void compile() {
        ByteBuffer own = ByteBuffer.allocateDirect(Long.BYTES);
        long begin = System.nanoTime();
        long enough = Math.max(COMPILED_NANOS * ROUND, round(own) / FASTER);
        int inARow = 0;
        while (inARow < ROUNDS_IN_A_ROW && System.nanoTime() - begin < PATIENCE_NANOS) {
            inARow = round(own) <= enough ? inARow + 1 : 0;
        }
    }

    private static long round(ByteBuffer own) {
        long begin = System.nanoTime();
        for (long i = 0; i < ROUND; i++) {
            exchange(own, 0, i, i + 1);
        }
        long nanos = System.nanoTime() - begin;
        longPlain(own, 0, 0);
        return nanos;
    }

    static int intAcquire(ByteBuffer memory, int at) {
        return (int) INT.getAcquire(memory, at);
    }

    static void intRelease(ByteBuffer memory, int at, int value) {
        INT.setRelease(memory, at, value);
    }

    static void intVolatile(ByteBuffer memory, int at, int value) {
        INT.setVolatile(memory, at, value);
    }

    static long longPlain(ByteBuffer memory, int at) {
        return (long) LONG.get(memory, at);
    }

    static long longAcquire(ByteBuffer memory, int at) {
        return (long) LONG.getAcquire(memory, at);
    }

    static long longVolatile(ByteBuffer memory, int at) {
        return (long) LONG.getVolatile(memory, at);
    }

    static void longPlain(ByteBuffer memory, int at, long value) {
        LONG.set(memory, at, value);
    }

    static void longRelease(ByteBuffer memory, int at, long value) {
        LONG.setRelease(memory, at, value);
    }

    static boolean exchange(ByteBuffer memory, int at, long expected, long value) {
        return LONG.compareAndSet(memory, at, expected, value);
    }
}
