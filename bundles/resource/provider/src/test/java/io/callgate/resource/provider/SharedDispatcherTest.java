// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.resource.Dispatcher.Lane;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.Logger;

class SharedDispatcherTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger = (Logger) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Logger.class},
            (self, method, arguments) -> log.add(method.getName() + " " + arguments[0]) ? null : null);
    private final SharedDispatcher dispatcher = new SharedDispatcher(logger);

    @AfterEach
    void stop() throws InterruptedException {
        dispatcher.stop();
    }

    @Test
    void oneLaneKeepsItsOrder() throws Exception {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        Lane lane = dispatcher.lane("test", 1000);
        CountDownLatch all = new CountDownLatch(1000);
        for (int i = 0; i < 1000; i++) {
            int number = i;
            assertThat(lane.offer(() -> {
                        done.add(number);
                        all.countDown();
                    }))
                    .isTrue();
        }
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).isSorted().hasSize(1000);
    }

    @Test
    void aListenerThatBlocksDelaysNobodyAndFillsOnlyItsOwnLane() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Lane slow = dispatcher.lane("slow", 1);
        CountDownLatch begun = new CountDownLatch(1);
        slow.offer(() -> {
            begun.countDown();
            release.await();
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(slow.offer(() -> {})).isTrue();
        assertThat(slow.offer(() -> {})).isFalse();

        CountDownLatch other = new CountDownLatch(1);
        dispatcher.lane("quick", 1).offer(other::countDown);
        assertThat(other.await(10, TimeUnit.SECONDS)).isTrue();
        release.countDown();
    }

    @Test
    void afterCloseNothingRunsAnyMore() throws Exception {
        Lane lane = dispatcher.lane("leaving", 10);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        lane.offer(() -> {
            begun.countDown();
            release.await();
            done.add("first");
        });
        lane.offer(() -> done.add("second"));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(lane::close);
        closer.start();
        while (closer.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        release.countDown();
        closer.join(10_000);
        assertThat(closer.isAlive()).isFalse();
        assertThat(done).containsExactly("first");
        assertThat(lane.offer(() -> {})).isFalse();
    }

    @Test
    void aListenerThatThrowsIsLoggedOnceAndCalledAgain() throws Exception {
        Lane lane = dispatcher.lane("broken", 10);
        CountDownLatch all = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            lane.offer(() -> {
                all.countDown();
                throw new IllegalStateException("broken");
            });
        }
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        lane.close();
        assertThat(log).containsExactly("warn listener {} failed ({} times so far): {}");
    }

    @Test
    void stopInterruptsWhoeverStillRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        dispatcher.lane("endless", 1).offer(() -> {
            begun.countDown();
            never.await();
        });
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        dispatcher.stop();
        assertThat(log).isEmpty();
        assertThat(dispatcher.lane("late", 1).offer(() -> {})).isFalse();
    }

    @Test
    void aLaneWithoutRoomIsAProgrammingError() {
        assertThatThrownBy(() -> dispatcher.lane("none", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
