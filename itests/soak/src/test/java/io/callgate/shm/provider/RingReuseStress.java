// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.callgate.shm.RingKind;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A ring is full, and its consumer makes room while its producer looks for some: nothing is overwritten or read twice. */
final class RingReuseStress {

    private RingReuseStress() {}

    /** Five messages are in it, and it takes no more. */
    abstract static class Full extends StressedRing {

        static final int NEXT = 6;
        private static final int SOME = 2;

        private int taken; // of the consumer, and of the arbiter after it

        Full(RingKind kind) {
            super(kind);
            for (int type = 1; type < NEXT; type++) {
                write(0, type);
            }
            if (write(0, NEXT) != 0) {
                throw new IllegalStateException("there is room for a message more");
            }
        }

        final void take() {
            taken = read(SOME);
        }

        final int all() {
            return readAll(taken);
        }
    }

    /** The place of what was read is written again, beyond the end of the ring. */
    @JCStressTest
    @Outcome(id = "0, 12345", expect = ACCEPTABLE, desc = "no room yet")
    @Outcome(id = "6, 123456", expect = ACCEPTABLE, desc = "in the room that was made")
    @State
    public static class OneToOne extends Full {

        public OneToOne() {
            super(RingKind.ONE_TO_ONE);
        }

        @Actor
        public void produce(II_Result result) {
            result.r1 = write(0, NEXT);
        }

        @Actor
        public void consume() {
            take();
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = all();
        }
    }

    /** What was read must be zero before its place is written again. */
    @JCStressTest
    @Outcome(id = "0, 12345", expect = ACCEPTABLE, desc = "no room yet")
    @Outcome(id = "6, 123456", expect = ACCEPTABLE, desc = "in the room that was made")
    @State
    public static class ManyToOne extends Full {

        public ManyToOne() {
            super(RingKind.MANY_TO_ONE);
        }

        @Actor
        public void produce(II_Result result) {
            result.r1 = write(0, NEXT);
        }

        @Actor
        public void consume() {
            take();
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = all();
        }
    }
}
