// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FollowerTest {

    private final Follower follower = new Follower();

    private List<String> rest() throws InterruptedException {
        follower.end();
        List<String> rest = new ArrayList<>();
        for (Optional<String> line = follower.next(); line.isPresent(); line = follower.next()) {
            rest.add(line.get());
        }
        return rest;
    }

    @Test
    void whatIsMissedIsCountedAndSaidWhereItIsMissing() throws Exception {
        for (int i = 0; i < Follower.LINES_AHEAD + 7; i++) {
            follower.accept("line " + i);
        }
        assertThat(follower.next()).contains("line 0");
        assertThat(follower.next()).contains("line 1");
        follower.accept("after");
        List<String> rest = rest();
        assertThat(rest.subList(rest.size() - 3, rest.size()))
                .containsExactly(
                        "line " + (Follower.LINES_AHEAD - 1),
                        "... 7 lines were not shown: this screen is slow; they are in the file",
                        "after");
    }

    @Test
    void aLossIsSaidAlsoWhenNothingFollows() throws Exception {
        for (int i = 0; i <= Follower.LINES_AHEAD; i++) {
            follower.accept("line " + i);
        }
        assertThat(rest()).last().asString().startsWith("... 1 lines were not shown");
    }

    @Test
    void theEndWakesWhoeverWaits() throws Exception {
        List<Optional<String>> got = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                got.add(follower.next());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        waiting.start();
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        follower.end();
        waiting.join();
        assertThat(got).containsExactly(Optional.empty());
    }
}
