// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeLog;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PacedThreadTest {

    private final FakeLog log = new FakeLog();

    @Test
    void itTurnsAgainAndAgainAndEndsWhenItIsClosed() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(3);
        AtomicReference<Thread> thread = new AtomicReference<>();
        Pace.Running running = PacedThread.pace(log.logger()).every("test", Duration.ofMillis(1), now -> {
            thread.set(Thread.currentThread());
            turns.countDown();
        });
        assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(thread.get().getContextClassLoader()).isNull();
        running.close();
        thread.get().join(10_000);
        assertThat(thread.get().isAlive()).isFalse();
    }

    @Test
    void anInterruptionIsNoEndAndNoSpin() throws InterruptedException {
        CountDownLatch turns = new CountDownLatch(2);
        try (Pace.Running running = PacedThread.pace(log.logger()).every("test", Duration.ofMillis(50), now -> {
            Thread.currentThread().interrupt();
            turns.countDown();
        })) {
            assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneThatIsBlockedIsInterruptedAndNamed() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Pace.Running running = PacedThread.pace(log.logger()).every("probe-pump", Duration.ofSeconds(1), now -> {
            inside.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
        running.close();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }
}
