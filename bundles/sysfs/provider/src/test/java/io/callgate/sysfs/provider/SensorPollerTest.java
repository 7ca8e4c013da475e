// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Errno;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.ServiceRegistration;

/** Whiteboard listeners of sensors: what they name, how often it is read for them, and that nothing else is. */
class SensorPollerTest {

    private static final String LM75 = "lm75-0048/temp1";
    private static final String INPUT = Machine.lm75Folder(1, "hwmon0") + "/temp1_input";
    private static final String LUX = "devices/pci0000:00/i2c-1/1-0039/lux1_input";

    @TempDir
    Path folder;

    private Machine machine;

    @BeforeEach
    void aMachineWithTwoSensors() throws IOException {
        machine = new Machine(new Gateway(folder)).lm75(1, "hwmon0");
        machine.files("devices/pci0000:00/i2c-1/1-0039", "name tsl2550", "lux1_input 38")
                .announce("i2c", "devices/pci0000:00/i2c-1/1-0039");
        machine.seconds(10);
    }

    private ServiceRegistration<?> listen(Gateway.Heard heard, Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        ServiceRegistration<?> registration = machine.gateway
                .framework
                .context()
                .registerService(ValueListener.class, heard, new Hashtable<>(properties));
        machine.turn();
        return registration;
    }

    private Gateway.Heard listening(Object... keysAndValues) {
        Gateway.Heard heard = new Gateway.Heard();
        listen(heard, keysAndValues);
        return heard;
    }

    private void temperature(int millidegrees) {
        machine.gateway.file(INPUT, millidegrees + "\n");
    }

    @Test
    void aListenerIsToldOfThePresentValueAndThenOfChanges() {
        Gateway.Heard heard = listening("sysfs.sensor", LM75);
        assertThat(heard.texts()).containsExactly("25.5");
        machine.seconds(3);
        assertThat(heard.texts()).containsExactly("25.5");
        temperature(26000);
        machine.seconds(1);
        assertThat(heard.texts()).containsExactly("25.5", "26");
        assertThat(heard.values.get(1)).hasToString("26 °C");
    }

    @Test
    void aFilterNamesThemByWhatAndWhere() {
        Gateway.Heard light = listening("sysfs.sensor", "(&(callgate.quantity=illuminance)(callgate.device=1-0039))");
        Gateway.Heard all = listening("sysfs.sensor", "*");
        Gateway.Heard both = listening("sysfs.sensor", List.of(LM75, "(callgate.unit=lx)"));
        Gateway.Heard none = listening("sysfs.sensor", "(callgate.device=9-0039)");
        assertThat(light.texts()).containsExactly("38");
        assertThat(all.texts()).containsExactlyInAnyOrder("25.5", "38");
        assertThat(both.texts()).containsExactlyInAnyOrder("25.5", "38");
        assertThat(none.values).isEmpty();
    }

    @Test
    void anAttributeOfThatNameIsSomethingElse() {
        Gateway.Heard heard = listening("sysfs.attribute", "*");
        listening("sysfs.sensor", "*");
        assertThat(heard.values).isEmpty();
    }

    @Test
    void itIsReadAsOftenAsTheMostImpatientWantsAndNotAtAllWithoutAListener() {
        Gateway.Heard slow = listening("sysfs.sensor", LM75, "sysfs.interval", 10_000L);
        temperature(26000);
        machine.seconds(9);
        assertThat(slow.texts()).containsExactly("25.5");
        machine.seconds(1);
        assertThat(slow.texts()).containsExactly("25.5", "26");

        Gateway.Heard fast = new Gateway.Heard();
        ServiceRegistration<?> registration = listen(fast, "sysfs.sensor", LM75, "sysfs.interval", "100");
        temperature(27000);
        machine.gateway.kernel.advance(Duration.ofMillis(100));
        assertThat(fast.texts()).containsExactly("26", "27");
        assertThat(slow.texts()).containsExactly("25.5", "26", "27");

        registration.unregister();
        machine.turn();
        temperature(28000);
        machine.seconds(9);
        assertThat(slow.texts()).containsExactly("25.5", "26", "27");
        machine.seconds(1);
        assertThat(slow.texts()).containsExactly("25.5", "26", "27", "28");
        assertThat(fast.texts()).containsExactly("26", "27");
        assertThat(fast.gone).isEmpty();
    }

    @Test
    void whatNobodyListensToIsNotReadAndCostsNoTimer() {
        int idle = machine.gateway.kernel.registrations();
        int lanes = machine.gateway.dispatcher.lanes();
        ServiceRegistration<?> registration = listen(new Gateway.Heard(), "sysfs.sensor", LM75);
        assertThat(machine.gateway.kernel.registrations()).isEqualTo(idle + 1);
        assertThat(machine.gateway.files.opened()).noneMatch(path -> path.endsWith("lux1_input"));
        registration.unregister();
        assertThat(machine.gateway.kernel.registrations()).isEqualTo(idle);
        assertThat(machine.gateway.dispatcher.lanes()).isEqualTo(lanes);
    }

    @Test
    void theDeadbandIsTheListeners() {
        Gateway.Heard coarse = listening("sysfs.sensor", LM75, "sysfs.deadband", 2);
        temperature(27000);
        machine.seconds(1);
        temperature(28000);
        machine.seconds(1);
        assertThat(coarse.texts()).containsExactly("25.5", "28");
    }

    @Test
    void aSensorThatGoesIsToldAndOneThatComesBackBeginsAgain() {
        Gateway.Heard heard = listening("sysfs.sensor", LM75);
        machine.delete(Machine.lm75Folder(1, "hwmon0"));
        machine.seconds(1); // the reading finds it out
        assertThat(heard.gone).containsExactly(LM75);
        assertThat(machine.gateway.kernel.openDescriptors()).isEmpty();
        machine.delete("devices/pci0000:00/i2c-1/1-0048");
        machine.lm75(1, "hwmon3");
        assertThat(heard.texts()).containsExactly("25.5", "25.5");
    }

    @Test
    void aReadThatFailsIsLoggedOnceAndTheLastValueStands() {
        Gateway.Heard heard = listening("sysfs.sensor", LM75);
        String path = machine.gateway.root.resolve(INPUT).toString();
        machine.gateway.kernel.fail("pread", path, Errno.EIO);
        machine.seconds(5);
        machine.gateway.kernel.mend("pread", path);
        machine.seconds(5);
        assertThat(heard.texts()).containsExactly("25.5");
        assertThat(heard.gone).isEmpty();
        assertThat(machine.gateway.log.lines.stream().filter(line -> line.contains("be read")))
                .containsExactly(
                        "warn " + LM75 + " cannot be read, its last value stands: pread " + path
                                + ": EIO (Input/output error)",
                        "info " + LM75 + " can be read again");
    }

    @Test
    void propertiesThatMakeNoSenseAreNamed() {
        Gateway.Heard heard = listening("sysfs.sensor", LM75, "sysfs.interval", "often");
        listening("sysfs.sensor", "(callgate.name=");
        listening("sysfs.interval", 5);
        assertThat(heard.texts()).containsExactly("25.5");
        assertThat(machine.gateway.log.above("info"))
                .anyMatch(line -> line.contains("sysfs.interval \"often\", which is no number of ms"))
                .anyMatch(line -> line.contains("sysfs.sensor: ") && line.contains("(callgate.name="))
                .anyMatch(line -> line.contains("no service property sysfs.attribute or sysfs.sensor"));
    }
}
