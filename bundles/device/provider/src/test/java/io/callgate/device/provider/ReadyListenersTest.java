// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.device.Device;
import io.callgate.device.DeviceReadyListener;
import io.callgate.linux.Errno;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is called when, and who is not called again before everybody has returned. */
class ReadyListenersTest {

    private static final String NAME = DeviceReadyListener.DEVICE;

    @TempDir
    Path folder;

    private Machine machine;
    private int ready;
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void aLine() throws IOException {
        machine = new Machine(folder);
        machine.node("line", Machine.CHARACTER, 4, 64, () -> new FakeFile() {
            @Override
            public int ready() {
                return ready;
            }
        });
    }

    private DeviceComponent configure() {
        DeviceComponent component = machine.configure("line", "line");
        machine.kernel.turn();
        return component;
    }

    private void hear(Device device, int bits) {
        heard.add(device.name() + " " + bits);
        ready &= ~bits; // it reads all there is
    }

    private void isReady(int bits) {
        ready = bits;
        machine.kernel.turn();
        machine.kernel.turn();
    }

    @Test
    void aListenerIsCalledWhileThereIsSomething() {
        configure();
        machine.listen(this::hear, NAME, "line");
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1");
        machine.kernel.turn();
        assertThat(heard).hasSize(1);
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1", "line 1");
    }

    @Test
    void whatIsNotReadIsToldAgain() {
        configure();
        machine.listen((device, bits) -> heard.add("again"), NAME, "line");
        ready = Ready.IN;
        for (int i = 0; i < 6; i++) {
            machine.kernel.turn();
        }
        assertThat(heard.size()).isGreaterThan(1);
    }

    @Test
    void nobodyIsCalledAgainBeforeEverybodyHasReturned() {
        configure();
        List<String> quick = new ArrayList<>();
        machine.dispatcher.hold();
        machine.listen((device, bits) -> heard.add("slow"), NAME, "line");
        machine.listen((device, bits) -> quick.add("quick"), NAME, "line");
        ready = Ready.IN;
        for (int i = 0; i < 6; i++) {
            machine.kernel.turn();
        }
        assertThat(machine.kernel.registrations())
                .as("inotify, the slow look, and no device")
                .isEqualTo(2);
        machine.dispatcher.run();
        assertThat(heard).hasSize(1);
        assertThat(quick).hasSize(1);
        machine.kernel.turn();
        machine.kernel.turn();
        assertThat(heard).hasSizeGreaterThan(1);
    }

    @Test
    void aListenerThatLeavesWhileItWaitsHoldsNobodyUp() {
        configure();
        machine.dispatcher.hold();
        DeviceReadyListener slow = (device, bits) -> heard.add("never");
        Map<String, Object> properties = machine.listen(slow, NAME, "line");
        ready = Ready.IN;
        machine.kernel.turn();
        machine.listeners.remove(slow, properties);
        ready = 0;
        machine.dispatcher.run();
        machine.listen(this::hear, NAME, "line");
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1");
    }

    @Test
    void withoutAListenerNothingIsWatched() {
        configure();
        assertThat(machine.kernel.registrations()).isEqualTo(2);
        DeviceReadyListener listener = this::hear;
        Map<String, Object> properties = machine.listen(listener, NAME, "line");
        assertThat(machine.kernel.registrations()).isEqualTo(3);
        machine.listeners.remove(listener, properties);
        machine.kernel.turn();
        assertThat(machine.kernel.registrations()).isEqualTo(2);
    }

    @Test
    void aListenerThatCameFirstHearsADeviceThatComesLater() {
        machine.listen(this::hear, NAME, new String[] {"other", "line"});
        configure();
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1");
    }

    @Test
    void eachHearsWhatItAskedFor() {
        configure();
        List<Integer> writer = new ArrayList<>();
        machine.listen((device, bits) -> writer.add(bits), NAME, "line", DeviceReadyListener.EVENTS, "out");
        machine.listen(this::hear, NAME, "line");
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1");
        assertThat(writer).isEmpty();
        ready = Ready.OUT;
        machine.kernel.turn();
        assertThat(writer).containsExactly(Ready.OUT);
    }

    @Test
    void aDeviceInErrorIsAskedAgainAfterAPause() {
        configure();
        machine.listen((device, bits) -> heard.add("hup"), NAME, "line");
        ready = Ready.HUP;
        for (int i = 0; i < 10; i++) {
            machine.kernel.turn();
        }
        assertThat(heard).hasSize(1);
        machine.kernel.advance(Duration.ofMillis(100));
        machine.kernel.turn();
        assertThat(heard).hasSize(2);
    }

    @Test
    void aDeviceThatCannotBeWaitedForIsSaidOnce() {
        machine.kernel.fail("epoll_ctl", machine.dev.resolve("line").toString(), Errno.EPERM);
        configure();
        machine.listen(this::hear, NAME, "line");
        machine.listen(this::hear, NAME, "line");
        assertThat(machine.log.lines("WARN")).hasSize(1).allMatch(line -> line.contains("line cannot be waited for"));
    }

    @Test
    void aDeviceThatHasGoneIsWatchedNoMore() {
        DeviceComponent component = configure();
        machine.listen(this::hear, NAME, "line");
        component.close(4);
        assertThat(machine.kernel.registrations()).isEqualTo(1);
        isReady(Ready.IN);
        assertThat(heard).isEmpty();
    }

    @Test
    void mistakesInThePropertiesAreSaid() {
        configure();
        machine.listen(this::hear);
        machine.listen(this::hear, NAME, "line", DeviceReadyListener.EVENTS, "inn");
        assertThat(machine.log.lines("WARN"))
                .hasSize(2)
                .anyMatch(line -> line.contains("has no service property device.name"))
                .anyMatch(line -> line.contains("\"inn\" in device.events"));
        isReady(Ready.IN);
        assertThat(heard).containsExactly("line 1");
    }
}
