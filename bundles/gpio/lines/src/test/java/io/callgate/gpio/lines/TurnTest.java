// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.resource.Dispatcher;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnTest {

    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final List<String> done = new ArrayList<>();
    private final Turn turn = new Turn(() -> done.add("turn"));

    @Test
    void askedForTwiceBeforeItIsDoneItIsDoneOnceAndThenAgain() {
        Dispatcher.Lane lane = dispatcher.hold().lane("test", 10);
        turn.ask(lane);
        turn.ask(lane);
        dispatcher.run();
        assertThat(done).hasSize(1);
        turn.ask(lane);
        assertThat(done).hasSize(2);
    }

    @Test
    void aLaneThatIsClosedIsNotAskedForEver() {
        Dispatcher.Lane closed = dispatcher.lane("test", 10);
        closed.close();
        turn.ask(closed);
        turn.ask(dispatcher.lane("another", 10));
        assertThat(done).hasSize(1);
    }
}
