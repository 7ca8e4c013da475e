// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AgendaThreadTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    private AgendaThread agenda(Duration patience) {
        return new AgendaThread(patience, (level, line) -> log.add(line));
    }

    @Test
    void anErrorIsDeliveredToTheLogAndTheNextWorkIsDone() throws Exception {
        AgendaThread agenda = agenda(Duration.ofSeconds(20));
        CountDownLatch next = new CountDownLatch(1);
        agenda.soon(() -> {
            throw new NoClassDefFoundError("org/example/Gone");
        });
        agenda.soon(next::countDown);
        next.await();
        agenda.close();
        assertThat(log)
                .containsExactly("a piece of work of callgate-config was not done: "
                        + "java.lang.NoClassDefFoundError: org/example/Gone");
    }

    @Test
    void whatIsBeingDoneIsDoneWhenItIsClosedAndTheRestIsNot() throws Exception {
        AgendaThread agenda = agenda(Duration.ofSeconds(20));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        agenda.soon(() -> {
            begun.countDown();
            await(closing);
            agenda.soon(() -> log.add("new work"));
            done.set(true);
        });
        agenda.soon(() -> log.add("waiting work"));
        begun.await();
        Thread closer = closer(agenda);
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertThat(done).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void aThreadThatDoesNotEndIsNamed() throws Exception {
        AgendaThread agenda = agenda(Duration.ofMillis(1));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        agenda.soon(() -> {
            begun.countDown();
            await(end);
        });
        begun.await();
        agenda.close();
        end.countDown();
        assertThat(log).singleElement().asString().contains("callgate-config did not end within 1 ms");
    }

    @Test
    void itsOwnWorkMayCloseIt() throws Exception {
        AgendaThread agenda = agenda(Duration.ofHours(1));
        CountDownLatch closed = new CountDownLatch(1);
        agenda.soon(() -> {
            closing(agenda);
            closed.countDown();
        });
        closed.await();
        assertThat(log).isEmpty();
    }

    private static Thread closer(AgendaThread agenda) {
        Thread closer = new Thread(() -> closing(agenda));
        closer.start();
        return closer;
    }

    private static void closing(AgendaThread agenda) {
        try {
            agenda.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
