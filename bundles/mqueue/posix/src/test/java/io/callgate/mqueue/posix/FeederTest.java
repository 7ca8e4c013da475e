// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Errno;
import io.callgate.mqueue.MessageListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consuming source: taken from the kernel only for a listener that is free, and told to one. */
class FeederTest {

    @TempDir
    Path folder;

    private Gateway gateway;
    private PosixQueueComponent component;
    private FakeQueues.Queue kernels;
    private final List<String> first = new ArrayList<>();
    private final List<String> second = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        component = gateway.configure();
        kernels = gateway.queues.queues.get("/alarms");
    }

    private void sent(String... texts) {
        for (String text : texts) {
            kernels.put(0, text);
        }
        gateway.queues.kernel.turn();
    }

    @Test
    void aListenerGetsWhatWaitsAndWhatComes() {
        sent("early");
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        sent("later");
        sent("a", "b", "c");
        assertThat(first).containsExactly("early", "later", "a", "b", "c");
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }

    @Test
    void aQueueThatTheKernelDoesNotWatchIsLookedAtEverySecond() throws IOException {
        String subject = ((PosixQueue) gateway.queue()).fd().subject();
        gateway.queues.kernel.fail("epoll_ctl", subject, Errno.ENOSPC);
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        sent("x", "y");
        assertThat(first).isEmpty();
        gateway.queues.kernel.advance(Duration.ofSeconds(3));
        assertThat(first).containsExactly("x", "y");
        assertThat(gateway.log.lines("ERROR")).singleElement().asString().contains("ENOSPC", "looks every second");
        gateway.queues.kernel.mend("epoll_ctl", subject);
        gateway.queues.kernel.advance(Duration.ofSeconds(1));
        sent("z");
        assertThat(first).as("told at once again").containsExactly("x", "y", "z");
    }

    @Test
    void moreThanOneTurnOfALaneTakes() {
        for (int i = 0; i < 1000; i++) {
            kernels.put(0, "m" + i);
        }
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        gateway.queues.kernel.turn();
        assertThat(first).hasSize(1000).startsWith("m0", "m1").endsWith("m999");
    }

    @Test
    void withoutAListenerAndForOneOfAnotherQueueMessagesStayInTheKernel() {
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "others"));
        sent("x");
        assertThat(kernels.texts()).containsExactly("x");
        assertThat(first).isEmpty();
    }

    @Test
    void aListenerThatIsBusyLeavesMessagesInTheKernel() {
        gateway.dispatcher.hold();
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        sent("x", "y");
        assertThat(kernels.texts())
                .as("nothing is taken before the listener is free")
                .containsExactly("x", "y");
        gateway.dispatcher.run();
        assertThat(first).containsExactly("x", "y");
    }

    @Test
    void whatWaitedForAListenerThatLeavesGoesToItsSuccessor() {
        component.add(Gateway.keeping(second), Gateway.service(2, 0, "alarms"));
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        gateway.dispatcher.hold();
        sent("x", "y");
        component.remove(null, Gateway.service(1, 0, "alarms"));
        gateway.queues.kernel.turn();
        gateway.dispatcher.run();
        assertThat(first).isEmpty();
        assertThat(second).containsExactly("x", "y");
    }

    @Test
    void aListenerThatLeavesInItsCallHasGotThatMessageAndNoMore() {
        MessageListener leaving = (queue, message) -> {
            first.add(message.text());
            component.remove(null, Gateway.service(1, 0, "alarms"));
        };
        component.add(leaving, Gateway.service(1, 0, "alarms"));
        component.add(Gateway.keeping(second), Gateway.service(2, 0, "alarms"));
        sent("x", "y", "z");
        gateway.queues.kernel.turn();
        assertThat(first).containsExactly("x");
        assertThat(second).containsExactly("y", "z");
    }

    @Test
    void theHighestRankingHasTheMessages() {
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        sent("x");
        component.add(Gateway.keeping(second), Gateway.service(2, 10, "alarms"));
        sent("y");
        component.remove(null, Gateway.service(2, 10, "alarms"));
        sent("z");
        assertThat(first).containsExactly("x", "z");
        assertThat(second).containsExactly("y");
    }

    @Test
    void whatAListenerThrowsIsLoggedAndTheNextMessageIsTold() {
        MessageListener failing = (queue, message) -> {
            first.add(message.text());
            if (message.text().equals("bad")) {
                throw new IllegalStateException("not understood");
            }
        };
        component.add(failing, Gateway.service(1, 0, "alarms"));
        sent("bad", "good", "bad");
        sent("last");
        assertThat(first).containsExactly("bad", "good", "bad", "last");
        assertThat(gateway.dispatcher.failures()).hasSize(2);
    }

    @Test
    void aListenerMayAnswerOnTheSameQueue() {
        MessageListener answering = (queue, message) -> {
            first.add(message.text() + message.priority());
            if (message.priority() == 0) {
                queue.send(queue.allocate().put("answer").priority(5), Duration.ZERO);
            }
        };
        component.add(answering, Gateway.service(1, 0, "alarms"));
        sent("question");
        assertThat(first).containsExactly("question0", "answer5");
    }

    @Test
    void itGoesOnWithTheQueueThatIsMadeAnew() {
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        gateway.queues.foreignUnlink("/alarms");
        gateway.queues.kernel.advance(Duration.ofSeconds(1));
        kernels = gateway.queues.queues.get("/alarms");
        sent("x");
        assertThat(first).containsExactly("x");
    }

    @Test
    void otherPropertiesAreAnotherWish() {
        MessageListener listener = Gateway.keeping(first);
        component.add(listener, Gateway.service(1, 0, "alarms"));
        component.updated(listener, Gateway.service(1, 0, "others"));
        sent("x");
        assertThat(first).isEmpty();
        component.updated(listener, Gateway.service(1, 0, "alarms"));
        gateway.queues.kernel.turn();
        assertThat(first).containsExactly("x");
    }

    @Test
    void whatIsOnlySentToHasNoListener() throws IOException {
        component.close(Gateway.STOPPED);
        component = gateway.configure("access", "send");
        component.add(Gateway.keeping(first), Gateway.service(1, 0, "alarms"));
        sent("x");
        assertThat(first).isEmpty();
        assertThat(gateway.queues.kernel.registrations())
                .as("the look every second alone")
                .isOne();
    }
}
