// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.callgate.watchdog.CheckIn;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the feeding thread does, turn by turn. */
class LivenessTest {

    private static final long TURN = Feeder.TURN.toNanos();

    private final Liveness liveness = new Liveness();
    private final Feeder feeder = new Feeder(liveness);
    private long now = -5; // nanoTime may be anything, also negative

    private Client client(CheckIn checkIn, long deadlineMillis) {
        Client client = new Client(new Client.Id("pump", 1, ""), checkIn, Duration.ofMillis(deadlineMillis));
        liveness.add(client);
        return client;
    }

    private boolean turns(long millis) {
        boolean well = true;
        for (long end = now + millis * 1_000_000; now + TURN <= end; ) {
            now += TURN;
            well = liveness.turn(now);
        }
        return well;
    }

    @Test
    void aDeadlineHoldsToTheTurn() {
        CheckIn checkIn = new CheckIn();
        client(checkIn, 1000);
        assertThat(turns(1250)).isTrue();
        assertThat(turns(250)).isFalse();
        checkIn.alive();
        assertThat(turns(250)).isTrue();
    }

    @Test
    void aPauseOfTheWholeProcessIsNobodysFault() {
        client(new CheckIn(), 2000);
        turns(500);
        now += Duration.ofHours(1).toNanos(); // stopped, or suspended
        assertThat(liveness.turn(now)).isTrue();
        assertThat(turns(750)).isTrue();
        assertThat(turns(1000)).isFalse();
    }

    @Test
    void theLimitIsRealTimeWhateverTheLadderDoes() {
        liveness.limit(Duration.ofSeconds(10).toNanos());
        client(new CheckIn(), 1000);
        assertThat(turns(1500)).as("within the limit").isTrue();
        liveness.climb(); // and never again a word of it
        assertThat(turns(9500)).isTrue();
        assertThat(turns(1000)).isFalse();
    }

    @Test
    void aPauseDuringTheClimbCounts() {
        liveness.limit(Duration.ofSeconds(10).toNanos());
        client(new CheckIn(), 1000);
        turns(1500);
        now += Duration.ofSeconds(10).toNanos();
        assertThat(liveness.turn(now)).isFalse();
    }

    @Test
    void aTurnMakesNoGarbage() {
        CheckIn checkIn = new CheckIn();
        client(checkIn, 1000);
        long[] fed = {0};
        feeder.add(() -> fed[0]++, Feeder.TURN);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long before = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i == 10_000) {
                before = threads.getThreadAllocatedBytes(id);
            }
            checkIn.alive();
            feeder.turn(now += TURN);
        }
        long garbage = threads.getThreadAllocatedBytes(id) - before;
        assertThat(garbage)
                .as("bytes in 10,000 turns, the measurement's own included")
                .isLessThan(2_000);
        assertThat(fed[0]).isEqualTo(20_000);
    }

    @Test
    void latenessIsMeasured() {
        feeder.turn(now);
        feeder.turn(now += TURN);
        assertThat(feeder.worstLateness()).isZero();
        feeder.turn(now += TURN + 7_000_000);
        feeder.turn(now += TURN);
        assertThat(feeder.worstLateness()).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void whoIsRemovedIsNotFedWhenTheRemovalReturns() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        Feeder.Place place = feeder.add(
                () -> {
                    inside.countDown();
                    await(goOn);
                    done.set(true);
                },
                Feeder.TURN);
        Thread feeding = new Thread(() -> feeder.turn(now));
        feeding.start();
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        Thread releasing = new Thread(goOn::countDown);
        releasing.start();
        feeder.remove(place);
        assertThat(done).isTrue();
        feeding.join();
        releasing.join();
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
