// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.Errno;
import io.callgate.sysfs.Led;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.ValueListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands for sensors and LEDs. */
class SensorsCommandsTest {

    private static final String LED = "devices/platform/leds/leds/green:status";

    @TempDir
    Path folder;

    private Machine machine;
    private SensorsCommands commands;
    private LedsCommands leds;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeEach
    void someDevices() throws IOException {
        machine = new Machine(new Gateway(folder)).lm75(1, "hwmon0");
        machine.files("devices/pci0000:00/i2c-1/1-0039", "name tsl2550", "lux1_input 38")
                .announce("i2c", "devices/pci0000:00/i2c-1/1-0039");
        machine.files(LED, "brightness 0", "max_brightness 255", "trigger [none] heartbeat timer")
                .announce("leds", LED);
        commands = new SensorsCommands(machine.gateway.framework.context());
        commands.sensors = machine.gateway.framework.services(Sensor.class).stream()
                .map(each -> (Sensor) each.object())
                .toList();
        leds = new LedsCommands();
        leds.leds = machine.gateway.framework.services(Led.class).stream()
                .map(each -> (Led) each.object())
                .toList();
    }

    private static CommandSession session(PrintStream console) {
        return Framework.proxy(CommandSession.class, (self, method, arguments) -> {
            if (method.getName().equals("getConsole")) {
                return console;
            }
            throw new UnsupportedOperationException(method.getName());
        });
    }

    private CommandSession session() {
        return session(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private String[] lines() {
        String[] lines = printed.toString(StandardCharsets.UTF_8).split("\n");
        printed.reset();
        return lines;
    }

    @Test
    void listShowsWhatTheySayAndWhatIsWrong() {
        String lux = machine.gateway
                .root
                .resolve("devices/pci0000:00/i2c-1/1-0039/lux1_input")
                .toString();
        machine.gateway.kernel.fail("pread", lux, Errno.EREMOTEIO);
        commands.list(session());
        String[] lines = lines();
        assertThat(lines[0]).matches("NAME +QUANTITY +VALUE +UNIT +DEVICE +LABEL +PROBLEM");
        assertThat(lines[1]).matches("lm75-0048/temp1 +temperature +25\\.5 +°C +1-0048 +temp1 +-");
        assertThat(lines[2]).matches("tsl2550-0039/lux1 +illuminance +- +lx +1-0039 +lux1 +pread .*EREMOTEIO.*");
        assertThat(lines).hasSize(3);
        commands.list(session(), "temperature");
        assertThat(lines()).hasSize(2);
    }

    @Test
    void readTakesANameAPatternAQuantityOrAFilter() throws IOException {
        for (String what :
                new String[] {"lm75-0048/temp1", "lm75-*", "*/temp1", "temperature", "(callgate.device=1-0048)"}) {
            commands.read(session(), what);
            assertThat(lines()).as(what).containsExactly("25.5 °C");
        }
        commands.read(session(), "*");
        assertThat(lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches("NAME +VALUE +UNIT +PROBLEM"),
                        first -> assertThat(first).matches("lm75-0048/temp1 +25\\.5 +°C +-"),
                        second -> assertThat(second).matches("tsl2550-0039/lux1 +38 +lx +-"));
    }

    @Test
    void errorsAreOneLineThatSaysWhatToDo() {
        assertThatThrownBy(() -> commands.read(session(), "lm75-0049/temp1"))
                .hasMessage("there is no sensor \"lm75-0049/temp1\", did you mean lm75-0048/temp1?"
                        + " (sensors:list shows those there are)");
        assertThatThrownBy(() -> commands.read(session(), "iluminance")).hasMessageContaining("illuminance?");
        assertThatThrownBy(() -> commands.read(session(), "(callgate.name=")).hasMessageContaining("(callgate.name=");
        assertThatThrownBy(() -> commands.watch(session(), 0, "*")).hasMessageContaining("from 1 on: 0");
        assertThatThrownBy(() -> commands.watch(session(), 1, "nobody")).hasMessageContaining("no sensor \"nobody\"");
        assertThat(machine.gateway.framework.services(ValueListener.class)).isEmpty();
    }

    @Test
    @Timeout(30)
    void watchPrintsChangesUntilItIsInterrupted() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        BlockingQueue<String> ended = new LinkedBlockingQueue<>();
        PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                seen.add(line);
            }
        };
        CountDownLatch begun = new CountDownLatch(1);
        machine.whenListenerIsBound(begun::countDown);
        Thread watching = new Thread(() -> {
            try {
                commands.watch(session(console), 100, "temperature");
            } catch (Exception e) {
                ended.add(e instanceof InterruptedException ? "interrupted" : e.toString());
            }
        });
        watching.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        machine.seconds(1);
        assertThat(seen.poll(20, TimeUnit.SECONDS)).matches("\\S+Z  lm75-0048/temp1  25\\.5 °C");
        machine.files(Machine.lm75Folder(1, "hwmon0"), "temp1_input 31000");
        machine.seconds(1);
        assertThat(seen.poll(20, TimeUnit.SECONDS)).endsWith("lm75-0048/temp1  31 °C");
        watching.interrupt();
        assertThat(ended.poll(20, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThat(machine.gateway.framework.services(ValueListener.class)).isEmpty();
    }

    private String set(String how) throws IOException {
        leds.set(session(), "green:status", how);
        return lines()[0];
    }

    private void kernelHas(String... files) {
        machine.files(LED, files);
    }

    @Test
    void ledsAreListedAndSwitched() throws IOException {
        leds.list(session());
        assertThat(lines())
                .satisfiesExactly(
                        head -> assertThat(head).matches("NAME +COLOR +FUNCTION +BRIGHTNESS +MAX +STATE +PROBLEM"),
                        row -> assertThat(row).matches("green:status +green +status +0 +255 +off +-"));
        assertThat(set("on")).isEqualTo("255");
        assertThat(set("12")).isEqualTo("12");
        assertThat(set("off")).isEqualTo("off");
        kernelHas("delay_on 1", "delay_off 1");
        for (String[] blink :
                new String[][] {{"blink", "500", "500"}, {"blink=100", "100", "100"}, {"blink=20/980", "20", "980"}}) {
            leds.set(session(), "green:status", blink[0]);
            assertThat(machine.gateway.root.resolve(LED + "/delay_on")).hasContent(blink[1]);
            assertThat(machine.gateway.root.resolve(LED + "/delay_off")).hasContent(blink[2]);
        }
        kernelHas("trigger none heartbeat [timer]");
        leds.set(session(), "green:status", "trigger=heartbeat");
        assertThat(machine.gateway.root.resolve(LED + "/trigger")).hasContent("heartbeat");
        kernelHas("trigger none [heartbeat] timer", "brightness 1");
        lines();
        leds.set(session(), "green:status", "restore");
        assertThat(machine.gateway.root.resolve(LED + "/brightness")).hasContent("0");
    }

    @Test
    void mistakesWithLedsAreOneLine() {
        assertThatThrownBy(() -> leds.set(session(), "green:stats", "on"))
                .hasMessage(
                        "there is no LED \"green:stats\", did you mean green:status? (leds:list shows those there are)");
        assertThatThrownBy(() -> set("bright")).hasMessageStartingWith("\"bright\" is none of: on, off, a brightness,");
        assertThatThrownBy(() -> set("trigger=haertbeat"))
                .hasMessageContaining("has no trigger \"haertbeat\", did you mean heartbeat? (known now: none ");
        assertThatThrownBy(() -> set("256")).hasMessageContaining("from 0 to 255");
        assertThatThrownBy(() -> set("blink=0")).hasMessageContaining("at least 1");
    }
}
