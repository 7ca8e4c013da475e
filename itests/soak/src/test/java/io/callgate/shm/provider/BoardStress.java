// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.callgate.shm.RingGoneException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A value of a board is read whole, and a later look never gets an earlier value, while a writer goes through all buffers
 * more than twice.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "nothing was written yet")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "whole, and written between the looks")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "both whole, in order")
@State
public class BoardStress {

    private static final int BYTES = 128;
    private static final int VALUES = 10;
    private static final int TORN = -1;
    private static final int BACKWARDS = -2;

    private final BoardMemory board;
    private final ByteBuffer value = buffer(BYTES);
    private final ByteBuffer read = buffer(BYTES);

    public BoardStress() {
        ByteBuffer memory = buffer((int) Layout.boardBytes(Layout.PAGE, BYTES));
        SharedFiles.format(memory, new SharedFile.Header(Layout.KIND_BOARD, Layout.PAGE, BYTES));
        board = new BoardMemory(memory, Layout.PAGE, BYTES, RingGoneException::new);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Actor
    public void write() {
        try {
            for (long number = 1; number <= VALUES; number++) {
                for (int at = 0; at < BYTES; at += Long.BYTES) {
                    value.putLong(at, number);
                }
                board.write(value.clear(), number);
            }
        } catch (RingGoneException e) {
            throw new IllegalStateException(e);
        }
    }

    @Actor
    public void read(II_Result result) {
        long first = look();
        long second = look();
        result.r1 = Long.signum(first);
        result.r2 = second >= 0 && second < first ? BACKWARDS : Long.signum(second);
    }

    /** The number of the value, 0 if there is none; negative if it is torn. */
    private long look() {
        try {
            long number = board.read(read);
            for (int at = 0; number > 0 && at < BYTES; at += Long.BYTES) {
                if (read.getLong(at) != number) {
                    return TORN;
                }
            }
            return Math.max(number, 0);
        } catch (RingGoneException e) {
            throw new IllegalStateException(e);
        }
    }
}
