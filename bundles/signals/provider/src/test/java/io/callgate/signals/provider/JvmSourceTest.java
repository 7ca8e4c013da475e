// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.signals.Cause;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the Java runtime hears of signals that this process sends to itself. */
class JvmSourceTest {

    private static final Signal CHLD = Signal.parse("CHLD");

    private final BlockingQueue<SignalEvent> heard = new LinkedBlockingQueue<>();

    private Hearer hearer(Signal signal) {
        return new Hearer(1, 0, "test", Set.of(signal), heard::add, new FakeDispatcher());
    }

    private static int exitStatus(String command) throws Exception {
        return new ProcessBuilder("sh", "-c", command).start().waitFor();
    }

    @Test
    void theNumberIsHeardAndAfterTheEndTheProcessLives() throws Exception {
        Signal alarm = Signal.parse("ALRM");
        JvmSource source = new JvmSource(alarm, List.of(hearer(alarm)));
        exitStatus("kill -ALRM $PPID");
        SignalEvent event = heard.poll(30, TimeUnit.SECONDS);
        assertThat(event.signal()).isEqualTo(alarm);
        assertThat(event.cause()).isEqualTo(Cause.UNKNOWN);
        assertThat(event.sender()).isEmpty();
        assertThat(source.heard()).isOne();
        source.close();
        assertThat(exitStatus("kill -ALRM $PPID")).isZero();
        assertThat(heard).isEmpty();
    }

    @Test
    void childrenKeepTheirExitStatusWhenNobodyListensToChldAnyMore() throws Exception {
        JvmSource source = new JvmSource(CHLD, List.of(hearer(CHLD)));
        assertThat(exitStatus("exit 3")).isEqualTo(3);
        assertThat(heard.poll(30, TimeUnit.SECONDS).signal()).isEqualTo(CHLD);
        source.close();
        assertThat(exitStatus("exit 4")).isEqualTo(4);
    }

    @Test
    void whatTheJavaRuntimeNeedsItDoesNotGive() {
        Signal segv = Signal.parse("SEGV");
        assertThatThrownBy(() -> new JvmSource(segv, List.of(hearer(segv))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("SIGSEGV cannot be heard");
    }
}
