// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.mqueue.MessageListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A consuming source with a thread of its own, which waits in the fake kernel until something happens. */
@Timeout(60)
class FeederTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private SysvQueueComponent component;
    private final BlockingQueue<String> first = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> second = new LinkedBlockingQueue<>();
    private volatile Thread teller;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        component = gateway.configure();
    }

    @AfterEach
    void stop() {
        component.close(Gateway.STOPPED);
    }

    private MessageListener keeping(BlockingQueue<String> heard) {
        return (queue, message) -> {
            teller = Thread.currentThread();
            heard.add(message.text());
        };
    }

    private void sent(String... texts) {
        for (String text : texts) {
            gateway.queues.put(Gateway.KEY, 1, text);
        }
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        return heard.poll(30, TimeUnit.SECONDS);
    }

    @Test
    void aListenerGetsWhatWaitsAndWhatComesOnOneThread() throws InterruptedException {
        sent("early");
        component.add(keeping(first), Gateway.service(1, 0, "jobs"));
        assertThat(next(first)).isEqualTo("early");
        Thread thread = teller;
        assertThat(thread.getContextClassLoader()).isNull();
        assertThat(thread.isDaemon()).isTrue();
        sent("a", "b");
        assertThat(next(first)).isEqualTo("a");
        assertThat(next(first)).isEqualTo("b");
        assertThat(teller).isSameAs(thread);
    }

    @Test
    void itsThreadEndsWithTheBundleEvenIfASignalIsLost() throws InterruptedException {
        component.add(keeping(first), Gateway.service(1, 0, "jobs"));
        sent("x");
        assertThat(next(first)).isEqualTo("x");
        gateway.queues.loseOneSignalOf(teller);
        component.close(Gateway.STOPPED);
        assertThat(teller.isAlive()).as("when close has returned").isFalse();
        assertThat(gateway.log.lines("WARN")).isEmpty();
    }

    @Test
    void theSuccessorGoesOnWithTheNextMessage() throws InterruptedException {
        component.add(keeping(first), Gateway.service(1, 1, "jobs"));
        component.add(keeping(second), Gateway.service(2, 0, "jobs"));
        sent("x");
        assertThat(next(first)).isEqualTo("x");
        component.remove(null, Gateway.service(1, 1, "jobs"));
        sent("y");
        assertThat(next(second)).isEqualTo("y");
        assertThat(first).isEmpty();
    }

    @Test
    void aBusyListenerLeavesMessagesInTheKernelForItsSuccessor() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        MessageListener slow = (queue, message) -> {
            first.add(message.text());
            busy.countDown();
            release.await();
        };
        component.add(slow, Gateway.service(1, 0, "jobs"));
        sent("x", "y");
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(gateway.queues.texts(Gateway.KEY)).containsExactly("y");
        component.remove(null, Gateway.service(1, 0, "jobs"));
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("a second after it left");
        component.add(keeping(second), Gateway.service(2, 0, "jobs"));
        assertThat(next(second)).isEqualTo("y");
        release.countDown();
        assertThat(first).containsExactly("x");
    }

    @Test
    void whatAListenerThrowsIsLoggedAndTheNextMessageIsTold() throws InterruptedException {
        MessageListener failing = (queue, message) -> {
            first.add(message.text());
            throw new IllegalStateException("not understood");
        };
        component.add(failing, Gateway.service(1, 0, "jobs"));
        sent("x", "y");
        assertThat(next(first)).isEqualTo("x");
        assertThat(next(first)).isEqualTo("y");
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("not understood");
    }

    @Test
    void aListenerMayLeaveInItsCall() throws InterruptedException {
        MessageListener leaving = (queue, message) -> {
            component.remove(null, Gateway.service(1, 1, "jobs"));
            first.add(message.text());
        };
        component.add(leaving, Gateway.service(1, 1, "jobs"));
        component.add(keeping(second), Gateway.service(2, 0, "jobs"));
        sent("x");
        assertThat(next(first)).isEqualTo("x");
        sent("y");
        assertThat(next(second)).isEqualTo("y");
    }

    @Test
    void onlySelectedTypesAreTold() throws Exception {
        component.close(Gateway.STOPPED);
        component = gateway.configure("select", "!=1");
        component.add(keeping(first), Gateway.service(1, 0, "jobs"));
        sent("of type 1");
        gateway.queues.put(Gateway.KEY, 2, "of type 2");
        assertThat(next(first)).isEqualTo("of type 2");
        assertThat(gateway.queues.texts(Gateway.KEY)).containsExactly("of type 1");
    }

    @Test
    void aListenerOfAnotherQueueHearsNothing() {
        component.add(keeping(first), Gateway.service(1, 0, "others"));
        sent("x");
        component.updated(keeping(first), Gateway.service(1, 0, "others"));
        assertThat(gateway.queues.texts(Gateway.KEY)).containsExactly("x");
    }
}
