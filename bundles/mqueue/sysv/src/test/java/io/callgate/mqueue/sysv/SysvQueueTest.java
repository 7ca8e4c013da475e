// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.mqueue.QueueGoneException;
import io.callgate.mqueue.Selection;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sending and receiving by type, with a limit in virtual time and without. */
class SysvQueueTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private SysvQueueComponent component;
    private MessageQueue queue;
    private MessageBuffer buffer;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        component = gateway.configure("maxBytes", 16, "maxMessageBytes", 16);
        queue = gateway.queue();
        buffer = queue.allocate();
    }

    private String received(Selection which) throws IOException {
        return queue.receive(buffer, which, Duration.ZERO) ? buffer.type() + buffer.text() : "none";
    }

    @Test
    void messagesAreSelectedByType() throws IOException {
        for (long type : new long[] {7, 3, 5, 3}) {
            assertThat(queue.send(buffer.put("m").type(type), Duration.ZERO)).isTrue();
        }
        assertThat(received(Selection.equal(5))).isEqualTo("5m");
        assertThat(received(Selection.equal(5))).isEqualTo("none");
        assertThat(received(Selection.except(7))).isEqualTo("3m");
        assertThat(received(Selection.upTo(2))).isEqualTo("none");
        assertThat(received(Selection.upTo(9))).isEqualTo("3m");
        assertThat(received(Selection.any())).isEqualTo("7m");
        assertThat(queue.receive(buffer, Duration.ZERO)).isFalse();
    }

    @Test
    void aFullQueueIsNoErrorAndNobodyWaits() throws IOException {
        assertThat(queue.send(buffer.put("sixteen bytes..!"), Duration.ZERO)).isTrue();
        assertThat(queue.send(buffer.put("x"), Duration.ZERO)).isFalse();
        assertThat(gateway.queues.kernel.time()).isZero();
    }

    @Test
    void aLimitEndsAWaitWhenItIsOver() throws IOException {
        assertThat(queue.receive(buffer, Duration.ofMillis(220))).isFalse();
        assertThat(gateway.queues.kernel.time()).isEqualTo(Duration.ofMillis(220));
        queue.send(buffer.put("sixteen bytes..!"), Duration.ZERO);
        assertThat(queue.send(buffer.put("x"), Duration.ofMillis(7))).isFalse();
        assertThat(gateway.queues.kernel.time()).isEqualTo(Duration.ofMillis(227));
        assertThat(gateway.queues.signals).containsExactly(62);
    }

    @Test
    void aSignalThatIsLostIsSentAgain() throws IOException {
        gateway.queues.loseOneSignalOf(Thread.currentThread());
        assertThat(queue.receive(buffer, Duration.ofMillis(220))).isFalse();
        assertThat(gateway.queues.kernel.time()).isBetween(Duration.ofMillis(220), Duration.ofMillis(222));
    }

    @Test
    void nothingGoesOnWhenNobodyWaitsAnyMore() throws IOException {
        int before = gateway.queues.kernel.registrations();
        assertThat(queue.receive(buffer, Duration.ofMillis(30))).isFalse();
        gateway.queues.kernel.advance(Duration.ofMillis(200));
        assertThat(gateway.queues.kernel.registrations()).isEqualTo(before);
    }

    @Test
    void whatComesMeanwhileIsReceived() throws IOException {
        gateway.queues.meanwhile = () -> gateway.queues.put(Gateway.KEY, 4, "late");
        assertThat(queue.receive(buffer, MessageQueue.FOREVER)).isTrue();
        assertThat(buffer.text()).isEqualTo("late");
        assertThat(buffer.type()).isEqualTo(4);
    }

    @Test
    void anInterruptionEndsTheWait() {
        gateway.queues.meanwhile = Thread.currentThread()::interrupt;
        assertThatThrownBy(() -> queue.receive(buffer, MessageQueue.FOREVER))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("jobs");
        assertThat(gateway.queues.kernel.time()).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(Thread.interrupted()).as("taken by the exception").isFalse();
    }

    @Test
    void theEndOfTheServiceIsTold() {
        component.close(Gateway.STOPPED);
        assertThatThrownBy(() -> queue.receive(buffer, MessageQueue.FOREVER)).isInstanceOf(QueueGoneException.class);
        assertThatThrownBy(() -> queue.receive(buffer, Duration.ZERO)).isInstanceOf(QueueGoneException.class);
        assertThatThrownBy(() -> queue.send(buffer.put("x"), Duration.ZERO)).isInstanceOf(QueueGoneException.class);
    }

    @Test
    void aMessageThatIsTooLongStaysAndIsSaid() {
        gateway.queues.put(Gateway.KEY, 1, "seventeen bytes.!");
        assertThatThrownBy(() -> queue.receive(buffer, Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 16 bytes", "maxMessageBytes");
        assertThat(gateway.queues.texts(Gateway.KEY)).hasSize(1);
    }

    @Test
    void typeIsWhatASystemVMessageHas() {
        assertThat(buffer.type()).isOne();
        assertThatThrownBy(() -> buffer.type(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(buffer::priority).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> buffer.priority(1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void statisticsTellWhoSentLast() throws IOException {
        queue.send(buffer.put("12345"), Duration.ZERO);
        assertThat(queue.statistics().messages()).isOne();
        assertThat(queue.statistics().bytes()).isEqualTo(5);
        assertThat(queue.statistics().maxBytes()).isEqualTo(16);
        assertThat(queue.statistics().lastSent().orElseThrow().pid()).isEqualTo(4711);
        assertThat(queue.statistics().lastSent().orElseThrow().time().getEpochSecond())
                .isEqualTo(1_700_000_000);
        assertThat(queue.statistics().lastReceived()).isEmpty();
    }
}
