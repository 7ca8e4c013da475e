// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
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

/** Sending and receiving, with a limit in virtual time and without. */
class PosixQueueTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private PosixQueueComponent component;
    private MessageQueue queue;
    private MessageBuffer buffer;
    private FakeQueues.Queue kernels;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        component = gateway.configure("maxMessages", 3, "maxMessageBytes", 16);
        queue = gateway.queue();
        buffer = queue.allocate();
        kernels = gateway.queues.queues.get("/alarms");
    }

    @Test
    void theHighestPriorityComesFirstAmongEqualsTheOldest() throws IOException {
        assertThat(queue.send(buffer.put("low"), Duration.ZERO)).isTrue();
        assertThat(queue.send(buffer.put("high").priority(32767), Duration.ZERO))
                .isTrue();
        assertThat(queue.send(buffer.put("low too").priority(0), Duration.ZERO)).isTrue();
        assertThat(queue.receive(buffer, Duration.ZERO)).isTrue();
        assertThat(buffer.text()).isEqualTo("high");
        assertThat(buffer.priority()).isEqualTo(32767);
        assertThat(Gateway.received(queue)).containsExactly("low", "low too");
    }

    @Test
    void aFullAndAnEmptyQueueAreNoErrorsAndNobodyWaits() throws IOException {
        assertThat(queue.receive(buffer, Duration.ZERO)).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(queue.send(buffer.put("x"), Duration.ZERO)).isTrue();
        }
        assertThat(queue.send(buffer, Duration.ZERO)).isFalse();
        assertThat(queue.send(buffer, Duration.ofMillis(-1))).isFalse();
        assertThat(gateway.queues.waits()).isEmpty();
    }

    @Test
    void aLimitIsWaitedInSlices() throws IOException {
        assertThat(queue.receive(buffer, Duration.ofMillis(250))).isFalse();
        assertThat(gateway.queues.waits()).containsExactly(100L, 100L, 50L);
    }

    @Test
    void whatComesMeanwhileIsReceived() throws IOException {
        gateway.queues.meanwhile = () -> kernels.put(4, "late");
        assertThat(queue.receive(buffer, MessageQueue.FOREVER)).isTrue();
        assertThat(buffer.text()).isEqualTo("late");
        assertThat(gateway.queues.waits()).containsExactly(100L);
        kernels.put(0, "a");
        kernels.put(0, "b");
        kernels.put(0, "c");
        gateway.queues.meanwhile = () -> kernels.messages.remove(0);
        assertThat(queue.send(buffer.put("d").priority(0), MessageQueue.FOREVER))
                .isTrue();
        assertThat(kernels.texts()).containsExactly("b", "c", "d");
    }

    @Test
    void anInterruptionEndsTheWait() {
        gateway.queues.meanwhile = Thread.currentThread()::interrupt;
        assertThatThrownBy(() -> queue.receive(buffer, MessageQueue.FOREVER))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessageContaining("alarms");
        assertThat(Thread.interrupted()).as("taken by the exception").isFalse();
        kernels.put(0, "a");
        kernels.put(0, "b");
        kernels.put(0, "c");
        gateway.queues.meanwhile = Thread.currentThread()::interrupt;
        assertThatThrownBy(() -> queue.send(buffer, MessageQueue.FOREVER)).isInstanceOf(InterruptedIOException.class);
    }

    @Test
    void theEndOfTheServiceEndsTheWait() {
        gateway.queues.meanwhile = () -> component.close(Gateway.STOPPED);
        assertThatThrownBy(() -> queue.receive(buffer, MessageQueue.FOREVER)).isInstanceOf(QueueGoneException.class);
        assertThatThrownBy(() -> queue.send(buffer, Duration.ZERO)).isInstanceOf(QueueGoneException.class);
        assertThatThrownBy(queue::statistics).isInstanceOf(QueueGoneException.class);
    }

    @Test
    void aSignalIsNoReasonToGiveUp() throws IOException {
        gateway.queues.fail("mq_timedreceive", Errno.EINTR);
        assertThat(queue.receive(buffer, Duration.ZERO)).isFalse();
        gateway.queues.mend("mq_timedreceive");
        kernels.put(0, "still there");
        assertThat(Gateway.received(queue)).containsExactly("still there");
    }

    @Test
    void whatTheKernelRefusesIsSaidWithTheQueue() {
        gateway.queues.fail("mq_timedsend", Errno.EBADF);
        assertThatThrownBy(() -> queue.send(buffer.put("x"), Duration.ZERO))
                .isInstanceOf(ErrnoException.class)
                .hasMessageStartingWith("mq_timedsend /alarms: EBADF");
    }

    @Test
    void priorityIsWhatAPosixMessageHas() {
        assertThat(buffer.priority()).isZero();
        assertThatThrownBy(() -> buffer.priority(32768)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> buffer.priority(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(buffer::type).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> buffer.type(1)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> queue.receive(buffer, Selection.equal(1), Duration.ZERO))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void anyMessageMayBeSelected() throws IOException {
        kernels.put(0, "x");
        assertThat(queue.receive(buffer, Selection.any(), Duration.ZERO)).isTrue();
    }

    @Test
    void aBufferOfAnotherQueueIsRefusedBeforeTheKernelWritesIntoIt() throws IOException {
        Gateway other = new Gateway(java.nio.file.Files.createDirectory(folder.resolve("other")));
        other.configure("maxMessageBytes", 4);
        assertThatThrownBy(() -> queue.receive(other.queue().allocate(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another queue");
    }

    @Test
    void messagesOfAnyLengthUpToTheLongest() throws IOException {
        for (String text : new String[] {"", "x", "sixteen bytes..!"}) {
            assertThat(queue.send(buffer.put(text), Duration.ZERO)).isTrue();
            assertThat(queue.receive(buffer, Duration.ZERO)).isTrue();
            assertThat(buffer.text()).isEqualTo(text);
        }
        assertThatThrownBy(() -> buffer.put("seventeen bytes.!")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void statisticsTellDepthAndBytes() throws IOException {
        assertThat(queue.statistics().messages()).isZero();
        queue.send(buffer.put("12345"), Duration.ZERO);
        queue.send(buffer.put("678"), Duration.ZERO);
        assertThat(queue.statistics().messages()).isEqualTo(2);
        assertThat(queue.statistics().bytes()).isEqualTo(8);
        assertThat(queue.statistics().maxMessages()).isEqualTo(3);
        assertThat(queue.statistics().maxBytes()).isEqualTo(48);
    }
}
