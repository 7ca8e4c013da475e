// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.blink;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Level;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlinkTest {

    private final FakeLinux kernel = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final List<Level> driven = new ArrayList<>();

    private final DigitalOutput lamp = (DigitalOutput) Proxy.newProxyInstance(
            DigitalOutput.class.getClassLoader(), new Class<?>[] {DigitalOutput.class}, (proxy, method, arguments) -> {
                if (method.getName().equals("name")) {
                    return "lamp";
                }
                driven.add((Level) arguments[0]);
                return null;
            });

    private Blink blink() throws IOException {
        Blink.Config config = (Blink.Config) Proxy.newProxyInstance(
                Blink.class.getClassLoader(),
                new Class<?>[] {Blink.Config.class},
                (proxy, method, arguments) -> method.getDefaultValue());
        return new Blink(config, lamp, kernel, dispatcher);
    }

    @Test
    void theLampGoesOnAndOff() throws IOException {
        blink();
        kernel.advance(Duration.ofMillis(1000));
        assertThat(driven).containsExactly(Level.ACTIVE, Level.INACTIVE, Level.ACTIVE);
    }

    @Test
    void theLampIsNotSwitchedOnTheEventLoop() throws IOException {
        dispatcher.hold();
        blink();
        kernel.advance(Duration.ofMillis(2000));
        assertThat(driven).isEmpty();
        dispatcher.run();
        assertThat(driven).as("a slow lamp misses turns, they do not pile up").containsExactly(Level.ACTIVE);
    }

    @Test
    void afterTheStopNothingIsLeft() throws IOException {
        Blink blink = blink();
        blink.stop();
        kernel.advance(Duration.ofMillis(1000));
        assertThat(driven).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThat(dispatcher.lanes()).isZero();
    }
}
