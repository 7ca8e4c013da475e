// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.Logger;

class FlapDampingTest {

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FlapDamping damping = new FlapDamping(new Setting(), (Logger) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Logger.class}, (self, method, arguments) -> {
                log.add(method.getName() + " " + arguments[0]);
                return null;
            }));

    private record Setting() implements FlapDamping.Config {

        @Override
        public int comings() {
            return 5;
        }

        @Override
        public int within() {
            return 30;
        }

        @Override
        public int settle() {
            return 250;
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return FlapDamping.Config.class;
        }
    }

    @Test
    void itIsAsConfigured() {
        assertThat(damping.comings()).isEqualTo(5);
        assertThat(damping.within()).isEqualTo(Duration.ofSeconds(30));
        assertThat(damping.settle()).isEqualTo(Duration.ofMillis(250));
        damping.close();
    }

    @Test
    void whatThrowsIsLoggedAndHoldsUpNobody() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        damping.after(Duration.ZERO, () -> {
            throw new IllegalStateException("its bundle has stopped");
        });
        damping.after(Duration.ofMillis(1), done::countDown);
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(log).containsExactly("error What has settled could not be offered");
        damping.close();
    }

    @RepeatedTest(50) // its thread may have gone by then, or not
    void whatIsTakenBackIsNotDoneAndTheRestIsDoneWhenItStops() {
        List<String> done = new CopyOnWriteArrayList<>();
        damping.after(Duration.ofHours(1), () -> done.add("taken back")).close();
        damping.after(Duration.ofHours(1), () -> done.add("waited"));
        damping.close();
        assertThat(done).containsExactly("waited");
        assertThatThrownBy(() -> damping.after(Duration.ZERO, () -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
