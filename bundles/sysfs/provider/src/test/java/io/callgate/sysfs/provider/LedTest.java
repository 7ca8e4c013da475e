// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Led;
import io.callgate.sysfs.LedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedTest {

    private static final String STATUS = "devices/platform/leds/leds/green:status";

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void anLed() throws IOException {
        machine = new Machine(new Gateway(folder));
        machine.files(
                        STATUS,
                        "brightness 0",
                        "max_brightness 255",
                        "trigger none kbd-capslock [heartbeat] timer netdev")
                .announce("leds", STATUS);
    }

    private Led led() {
        return machine.led("green:status");
    }

    private String content(String file) throws IOException {
        return Files.readString(machine.gateway.root.resolve(STATUS + "/" + file))
                .strip();
    }

    /** What the kernel makes of a trigger that was written. */
    private void kernelHas(String triggers, String... parameters) {
        machine.files(STATUS, "trigger " + triggers).files(STATUS, parameters);
    }

    @Test
    void itsNameSaysDeviceColorAndFunction() {
        String caps = "devices/platform/i8042/serio0/input/input3/input3::capslock";
        machine.files(caps, "brightness 0", "max_brightness 1").announce("leds", caps);
        machine.files("devices/x/a:b:c:red:disk-1", "brightness 0").announce("leds", "devices/x/a:b:c:red:disk-1");
        machine.files("devices/x/plain", "brightness 0").announce("leds", "devices/x/plain");
        assertThat(machine.names(Led.class))
                .containsExactly("a:b:c:red:disk-1", "green:status", "input3::capslock", "plain");
        assertThat(properties("green:status"))
                .containsEntry("callgate.color", "green")
                .containsEntry("callgate.function", "status")
                .doesNotContainKey("callgate.device");
        assertThat(properties("input3::capslock"))
                .containsEntry("callgate.device", "input3")
                .containsEntry("callgate.function", "capslock")
                .doesNotContainKey("callgate.color");
        assertThat(properties("a:b:c:red:disk-1"))
                .containsEntry("callgate.device", "a:b:c")
                .containsEntry("callgate.color", "red")
                .containsEntry("callgate.function", "disk-1");
        assertThat(machine.led("plain").function()).isEmpty();
    }

    private Map<String, Object> properties(String name) {
        return machine.gateway.framework.services(Led.class).stream()
                .map(Framework.Service::properties)
                .filter(each -> name.equals(each.get("callgate.name")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itTellsWhatItIsDoing() throws IOException {
        assertThat(led().maxBrightness()).isEqualTo(255);
        assertThat(led().brightness()).isZero();
        assertThat(led().trigger()).isEqualTo("heartbeat");
        assertThat(led().triggers()).containsExactly("none", "kbd-capslock", "heartbeat", "timer", "netdev");
        assertThat(led().state()).hasToString("heartbeat");
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aTriggerIsEndedBeforeItIsLitAndOnlyThen() throws IOException {
        led().set(true);
        assertThat(content("trigger")).isEqualTo("none");
        assertThat(content("brightness")).isEqualTo("255");
        kernelHas("[none] timer");
        led().set(7);
        assertThat(content("trigger")).isEqualTo("[none] timer");
        assertThat(content("brightness")).isEqualTo("7");
        led().set(false);
        assertThat(content("brightness")).isEqualTo("0");
    }

    @Test
    void aBrightnessThatItHasNotIsRefused() throws IOException {
        assertThatThrownBy(() -> led().set(256))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the brightness of green:status is from 0 to 255: 256");
        assertThatThrownBy(() -> led().set(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(content("trigger")).contains("[heartbeat]");
    }

    @Test
    void itBlinksByTheTimer() throws IOException {
        machine.files(STATUS, "delay_on 500", "delay_off 500");
        led().blink(Duration.ofMillis(20), Duration.ofSeconds(1));
        assertThat(content("trigger")).isEqualTo("timer");
        assertThat(content("delay_on")).isEqualTo("20");
        assertThat(content("delay_off")).isEqualTo("1000");
        kernelHas("none [timer]");
        assertThat(led().state())
                .isEqualTo(new LedState("timer", 0, Duration.ofMillis(20), Duration.ofSeconds(1)))
                .hasToString("timer (20 ms on, 1000 ms off)");
        assertThatThrownBy(() -> led().blink(Duration.ofNanos(5), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void itIsRestoredToWhatItWasBeforeTheFirstChange() throws IOException {
        led().restore();
        assertThat(content("trigger")).contains("[heartbeat]");
        led().set(3);
        kernelHas("[none] heartbeat");
        led().set(9);
        led().restore();
        assertThat(content("trigger")).isEqualTo("heartbeat");
        assertThat(content("brightness")).isEqualTo("9");
    }

    @Test
    void aSteadyLightIsRestoredToItsBrightnessAndABlinkingOneToItsRhythm() throws IOException {
        kernelHas("none [timer]", "delay_on 30", "delay_off 70");
        led().set(5);
        machine.files(STATUS, "delay_on 500", "delay_off 500");
        led().restore();
        assertThat(content("trigger")).isEqualTo("timer");
        assertThat(content("delay_on")).isEqualTo("30");
        assertThat(content("delay_off")).isEqualTo("70");
        kernelHas("[none] timer", "brightness 42");
        led().set(new LedState("none", 17, Duration.ZERO, Duration.ZERO));
        assertThat(content("brightness")).isEqualTo("17");
    }

    @Test
    void aKernelWithoutTriggersHasLedsAllTheSame() throws IOException {
        machine.gateway.delete(STATUS + "/trigger");
        assertThat(led().triggers()).isEmpty();
        assertThat(led().trigger()).isEqualTo("none");
        led().set(1);
        assertThat(content("brightness")).isEqualTo("1");
        assertThatThrownBy(() -> led().trigger("timer"))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(GoneException.class);
    }

    @Test
    void oneThatHasGoneSaysSoAndItsServiceLeaves() throws IOException {
        Led gone = led();
        machine.delete(STATUS);
        assertThatThrownBy(() -> gone.set(1)).isInstanceOf(GoneException.class).hasMessageContaining(STATUS);
        assertThat(machine.names(Led.class)).isEmpty();
        assertThatThrownBy(gone::triggers).isInstanceOf(GoneException.class);
        machine.files(STATUS, "brightness 0", "max_brightness 1", "trigger [none]")
                .announce("leds", STATUS);
        assertThat(led()).isNotSameAs(gone);
        assertThatThrownBy(gone::brightness).isInstanceOf(GoneException.class);
        assertThat(led().brightness()).isZero();
        machine.remove("leds", STATUS);
        assertThat(machine.names(Led.class)).isEmpty();
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void whoMayNotSwitchItIsToldSo() {
        machine.gateway.kernel.readOnly(
                machine.gateway.root.resolve(STATUS + "/trigger").toString());
        assertThatThrownBy(() -> led().set(1))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(GoneException.class)
                .hasMessageContaining("EACCES");
        assertThat(machine.names(Led.class)).containsExactly("green:status");
    }
}
