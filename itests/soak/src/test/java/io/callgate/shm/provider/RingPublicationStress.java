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
import org.openjdk.jcstress.infra.results.I_Result;

/** What one thread writes into a ring, another reads whole, in order and once. */
final class RingPublicationStress {

    private RingPublicationStress() {}

    /** The producer writes two messages while the consumer reads. */
    @JCStressTest
    @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "read before both")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "read between them")
    @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "read after both")
    @State
    public static class OneToOne extends StressedRing {

        public OneToOne() {
            super(RingKind.ONE_TO_ONE);
        }

        @Actor
        public void produce() {
            write(0, 1);
            write(0, 2);
        }

        @Actor
        public void consume(II_Result result) {
            result.r1 = read();
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = readAll();
        }
    }

    /** As {@link OneToOne}, by compare-and-set. */
    @JCStressTest
    @Outcome(id = "0, 12", expect = ACCEPTABLE, desc = "read before both")
    @Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "read between them")
    @Outcome(id = "12, 0", expect = ACCEPTABLE, desc = "read after both")
    @State
    public static class ManyToOne extends StressedRing {

        public ManyToOne() {
            super(RingKind.MANY_TO_ONE);
        }

        @Actor
        public void produce() {
            write(0, 1);
            write(0, 2);
        }

        @Actor
        public void consume(II_Result result) {
            result.r1 = read();
        }

        @Arbiter
        public void rest(II_Result result) {
            result.r2 = readAll();
        }
    }

    /** Two producers write one message each. */
    @JCStressTest
    @Outcome(
            id = {"12", "21"},
            expect = ACCEPTABLE,
            desc = "one after the other")
    @State
    public static class TwoProducers extends StressedRing {

        public TwoProducers() {
            super(RingKind.MANY_TO_ONE);
        }

        @Actor
        public void first() {
            write(0, 1);
        }

        @Actor
        public void second() {
            write(1, 2);
        }

        @Arbiter
        public void all(I_Result result) {
            result.r1 = readAll();
        }
    }
}
