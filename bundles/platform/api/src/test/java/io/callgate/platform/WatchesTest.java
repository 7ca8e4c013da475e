// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WatchesTest {

    private static final String FAREWELL =
            "x:watch has ended, since its bundle was stopped or updated: give the command again";

    private final Watches watches = new Watches("x:watch");
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private final AtomicInteger closed = new AtomicInteger();

    private List<String> printed() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    /** A watch on a thread of its own, as a shell session has it, when it has begun. */
    private <L extends WatchedLines> Session watching(L lines) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Void> task = new FutureTask<>(() -> {
            watches.run(
                    lines,
                    filled -> {
                        begun.countDown();
                        return closed::incrementAndGet;
                    },
                    out);
            return null;
        });
        Thread thread = new Thread(task);
        thread.start();
        begun.await();
        return new Session(thread, task);
    }

    private record Session(Thread thread, FutureTask<Void> task) {

        void end() throws Exception {
            task.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStopEndsAllThatRunWithASentenceAndNoneBeginsAfterwards() throws Exception {
        AllLines lines = new AllLines();
        Session first = watching(lines);
        Session second = watching(new NewestLines(1));
        lines.add("news");
        watches.stop();
        first.end();
        second.end();
        assertThat(printed()).containsExactlyInAnyOrder("news", FAREWELL, FAREWELL);
        assertThat(closed).hasValue(2);
        assertThatThrownBy(() -> watches.run(new AllLines(), filled -> closed::incrementAndGet, out))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(FAREWELL);
        assertThat(closed).hasValue(2);
    }

    @Test
    void anInterruptedWatchEndsItsSource() throws Exception {
        Session session = watching(new AllLines());
        session.thread().interrupt();
        assertThatThrownBy(session::end).hasCauseInstanceOf(InterruptedException.class);
        assertThat(closed).hasValue(1);
    }

    @Test
    void whatWasTakenIsPrintedAlthoughNobodyWatchesAnyMoreAndWhoeverWaitsForRoomGoesOn() throws Exception {
        PrintStream unread = new PrintStream(printed, true, StandardCharsets.UTF_8) {
            @Override
            public boolean checkError() {
                return true;
            }
        };
        watches.run(
                new AllLines(),
                lines -> {
                    lines.add("seen by nobody");
                    return () -> {
                        for (int i = 0; i <= AllLines.MOST; i++) {
                            lines.add("line " + i);
                        }
                    };
                },
                unread);
        assertThat(printed()).hasSize(AllLines.MOST + 1).startsWith("line 0").endsWith("line " + AllLines.MOST);
    }

    @Test
    void aSourceThatCannotBeginLeavesNothingRunning() {
        NewestLines lines = new NewestLines(1);
        assertThatThrownBy(() -> watches.run(
                        lines,
                        filled -> {
                            throw new IllegalArgumentException("no such line");
                        },
                        out))
                .hasMessage("no such line");
        watches.stop();
        lines.add("nobody ended them");
        assertThat(lines).satisfies(left -> assertThat(left.next()).isEqualTo("nobody ended them"));
    }
}
