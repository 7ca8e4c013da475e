// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.resource.Dispatcher.Lane;
import io.callgate.resource.Dispatcher.Task;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.Constructor;
import java.lang.reflect.Proxy;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.service.log.Logger;

class SharedDispatcherTest {

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final Logger logger = (Logger) Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Logger.class},
            (self, method, arguments) -> log.add(method.getName() + " " + arguments[0]) ? null : null);
    /** Nanoseconds; it stands still unless a test moves it. */
    private final AtomicLong clock = new AtomicLong();

    private final SharedDispatcher dispatcher = new SharedDispatcher(logger, clock::get);

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
    void aPromptLaneDoesItsCallsOnTheThreadThatOffers() {
        List<Thread> threads = new ArrayList<>();
        Lane lane = dispatcher.promptLane("quick", 1);
        for (int i = 0; i < 3; i++) {
            assertThat(lane.offer(() -> threads.add(Thread.currentThread()))).isTrue();
            assertThat(threads).hasSize(i + 1).containsOnly(Thread.currentThread());
        }
        lane.offer(() -> {
            throw new IOException("broken");
        });
        assertThat(log).singleElement().asString().contains("failed");
        lane.offer(() -> threads.add(Thread.currentThread()));
        assertThat(threads).as("after a failure").hasSize(4);
        lane.close();
        assertThat(lane.offer(() -> threads.add(null))).isFalse();
    }

    @Test
    void aThreadThatWasLentGoesBackAsItCame() {
        Lane lane = dispatcher.promptLane("quick", 1);
        lane.offer(() -> {
            throw new AssertionError("an Error");
        });
        assertThat(log).singleElement().asString().contains("failed");
        lane.offer(() -> Thread.currentThread().interrupt());
        lane.offer(() -> {
            throw new InterruptedException();
        });
        assertThat(Thread.interrupted()).isFalse();
        AtomicReference<Thread> thread = new AtomicReference<>();
        lane.offer(() -> thread.set(Thread.currentThread()));
        assertThat(thread.get()).isSameAs(Thread.currentThread());
    }

    @Test
    void whatIsOfferedWhileAPromptLaneIsBusyWaitsItsTurn() throws Exception {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(2);
        Lane lane = dispatcher.promptLane("quick", 2);
        lane.offer(() -> {
            lane.offer(() -> {
                done.add("second");
                all.countDown();
            });
            done.add("first");
            all.countDown();
        });
        assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(done).containsExactly("first", "second");
    }

    @ParameterizedTest
    @CsvSource({"6, 3", "101, 1"})
    void whoIsNotPromptIsCalledAsAllOthersFromThenOn(int milliseconds, int times) throws Exception {
        Lane lane = dispatcher.promptLane("slow", 1);
        for (int i = 0; i < times; i++) {
            assertThat(log).isEmpty();
            lane.offer(() -> clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds)));
        }
        assertThat(log).singleElement().asString().contains("it is not prompt");
        AtomicReference<Thread> thread = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        lane.offer(() -> {
            thread.set(Thread.currentThread());
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.get()).isNotSameAs(Thread.currentThread());
    }

    @Test
    void aCallOfFiveMillisecondsIsPrompt() {
        Lane lane = dispatcher.promptLane("quick", 1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            lane.offer(() -> {
                clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
                threads.add(Thread.currentThread());
            });
        }
        assertThat(log).isEmpty();
        assertThat(threads).hasSize(5).containsOnly(Thread.currentThread());
    }

    @Test
    void slowDriversDelayNoListener() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(SharedDispatcher.DRIVER_THREADS);
        for (int i = 0; i < 2 * SharedDispatcher.DRIVER_THREADS; i++) {
            dispatcher.blockingLane("sensor " + i, 1).offer(() -> {
                begun.countDown();
                release.await();
            });
        }
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        CountDownLatch told = new CountDownLatch(1);
        dispatcher.lane("listener", 1).offer(told::countDown);
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        release.countDown();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThreadHoldsNoClassLoaderOfWhoeverCausedIt(boolean blocking) throws Exception {
        Lane lane = blocking ? dispatcher.blockingLane("test", 1) : dispatcher.lane("test", 1);
        AtomicReference<Thread> dispatching = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        WeakReference<ClassLoader> caller = offerFromAThrowaway(lane, () -> {
            dispatching.set(Thread.currentThread());
            done.countDown();
        });
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(dispatching.get().isAlive()).isTrue();
        assertThat(dispatching.get().getContextClassLoader()).isNull();
        assertThat(isCollected(caller)).isTrue();
        assertThat(dispatching.get().isAlive()).isTrue();
    }

    /** Its frame, and with it every strong reference, is gone when this returns. */
    private static WeakReference<ClassLoader> offerFromAThrowaway(Lane lane, Task task) throws Exception {
        ClassLoader throwaway = new Throwaway();
        Class<?> type = throwaway.loadClass(Offering.class.getName());
        assertThat(type.getClassLoader()).isSameAs(throwaway);
        Constructor<?> constructor = type.getDeclaredConstructor(Lane.class, Task.class);
        constructor.setAccessible(true);
        ((Runnable) constructor.newInstance(lane, task)).run();
        return new WeakReference<>(throwaway);
    }

    private static boolean isCollected(WeakReference<?> reference) {
        for (long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5); System.nanoTime() < end; ) {
            System.gc();
            if (reference.refersTo(null)) {
                return true;
            }
        }
        return false;
    }

    /** An application that causes a dispatch. */
    static final class Offering implements Runnable {

        private final Lane lane;
        private final Task task;

        Offering(Lane lane, Task task) {
            this.lane = lane;
            this.task = task;
        }

        @Override
        public void run() {
            lane.offer(task);
        }
    }

    /** Defines that application itself, in a protection domain of its own, as a bundle does. */
    private static final class Throwaway extends ClassLoader {

        Throwaway() {
            super(SharedDispatcherTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.equals(Offering.class.getName()) ? findClass(name) : super.loadClass(name, resolve);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length, new ProtectionDomain(null, null, this, null));
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
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
        assertThat(log).containsExactly("warn {} failed ({} times so far): {}");
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
