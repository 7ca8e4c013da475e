// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Ready;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Datum;
import io.callgate.sysfs.MalformedValueException;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waiting, live, gone and back, with the kernel and its time in the test's hand. */
class AttributeLifeTest {

    private static final String ZONE = "class/thermal/thermal_zone0/temp";
    private static final Map<String, Object> CELSIUS =
            Map.of("path", ZONE, "scale", 0.001, "unit", "°C", "interval", 1000);

    @TempDir
    Path folder;

    private Gateway gateway;

    @BeforeEach
    void aGateway() throws IOException {
        gateway = new Gateway(folder);
    }

    private void seconds(long seconds) {
        gateway.kernel.advance(Duration.ofSeconds(seconds));
    }

    private static Map<String, Object> with(Map<String, Object> configuration, String key, Object value) {
        Map<String, Object> changed = new HashMap<>(configuration);
        changed.put(key, value);
        return changed;
    }

    @Test
    void aFileThatIsThereIsAServiceAtOnce() throws IOException {
        gateway.file(ZONE, "45123\n");
        gateway.configure("cpu", CELSIUS);
        Attribute cpu = gateway.attribute("cpu");
        Value value = cpu.read();
        assertThat(value.datum()).isEqualTo(new Datum.Decimal(45.123));
        assertThat(value).hasToString("45.123 °C");
        assertThat(cpu.last()).isEqualTo(value);
        assertThat(cpu.name()).isEqualTo("cpu");
        assertThat(gateway.state("cpu")).isEqualTo(ResourceState.LIVE);
        assertThat(gateway.framework.services(Attribute.class).get(0).properties())
                .containsEntry("callgate.name", "cpu")
                .containsEntry("callgate.pid", "io.callgate.sysfs.attribute~cpu")
                .containsEntry("sysfs.unit", "°C")
                .containsEntry("sysfs.type", "integer")
                .containsEntry("sysfs.path", gateway.root.resolve(ZONE).toString());
    }

    @Test
    void aFileThatIsNotThereIsWaitedForAndSaysWhatIsMissing() {
        gateway.file("class/thermal/cooling_device0/type", "x\n");
        gateway.configure("cpu", CELSIUS);
        assertThat(gateway.state("cpu")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("cpu"))
                .startsWith("there is no thermal_zone0 in " + gateway.root + "/class/thermal: ");
        assertThat(gateway.isRegistered("cpu")).isFalse();
        gateway.file(ZONE, "20000\n");
        seconds(5);
        assertThat(gateway.attribute("cpu").last().asDouble()).isEqualTo(20);
        assertThat(gateway.reason("cpu")).isEmpty();
    }

    @Test
    void aUeventBringsItAtOnce() {
        gateway.configure("cpu", with(CELSIUS, "interval", 0));
        gateway.file(ZONE, "20000\n");
        gateway.plugged("thermal", "thermal_zone1");
        assertThat(gateway.isRegistered("cpu")).isFalse();
        gateway.plugged("thermal", "thermal_zone0");
        assertThat(gateway.isRegistered("cpu")).isTrue();
    }

    @Test
    void aUeventTakesItAway() {
        gateway.file(ZONE, "20000\n");
        gateway.plugged("thermal", "thermal_zone0");
        gateway.configure("cpu", with(CELSIUS, "interval", 0));
        gateway.kernel.turn();
        assertThat(gateway.isRegistered("cpu")).isTrue();
        gateway.delete(ZONE);
        gateway.unplugged("thermal", "thermal_zone0");
        assertThat(gateway.isRegistered("cpu")).isFalse();
        assertThat(gateway.state("cpu")).isEqualTo(ResourceState.WAITING);
    }

    @Test
    void aFileThatGoesIsClosedToldAndFollowedWhenItComesBack() {
        gateway.file(ZONE, "20000\n");
        gateway.configure("cpu", CELSIUS);
        Attribute before = gateway.attribute("cpu");
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "cpu");
        gateway.delete(ZONE);
        seconds(1);
        assertThat(gateway.isRegistered("cpu")).isFalse();
        assertThat(gateway.state("cpu")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("cpu")).startsWith("there is no temp in ");
        assertThat(gateway.log.lines).anyMatch(line -> line.startsWith("info cpu is gone: pread " + gateway.root));
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(heard.gone).containsExactly("cpu");
        assertThatThrownBy(before::read).isInstanceOf(ClosedFdException.class).hasMessageContaining(ZONE);
        assertThatThrownBy(before::readLong).isInstanceOf(ClosedFdException.class);
        assertThatThrownBy(before::readDouble).isInstanceOf(ClosedFdException.class);

        gateway.file(ZONE, "21000\n");
        seconds(1);
        assertThat(gateway.attribute("cpu").last().asDouble()).isEqualTo(21);
        assertThat(heard.texts()).containsExactly("20", "21");
    }

    @Test
    void whoReadsAFileThatHasGoneIsToldAndEverybodyElseToo() {
        gateway.file(ZONE, "20000\n");
        gateway.configure("cpu", with(CELSIUS, "interval", 0));
        Attribute cpu = gateway.attribute("cpu");
        gateway.delete(ZONE);
        assertThatThrownBy(cpu::readLong)
                .isInstanceOfSatisfying(
                        ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
                .hasMessageContaining(ZONE);
        assertThat(gateway.isRegistered("cpu")).isFalse();
    }

    @Test
    void aFileThatWasReplacedIsOpenedAgain() throws IOException {
        gateway.file(ZONE, "20000\n");
        gateway.configure("cpu", CELSIUS);
        List<String> changes = new ArrayList<>();
        gateway.framework.onChange((service, registered) -> {
            if (service.type() == Attribute.class) {
                changes.add(registered ? "came" : "left");
            }
        });
        Path next = gateway.file("next", "30000\n");
        Files.move(next, gateway.root.resolve(ZONE), StandardCopyOption.REPLACE_EXISTING);
        seconds(1);
        assertThat(changes).containsExactly("left", "came");
        assertThat(gateway.attribute("cpu").last().asDouble()).isEqualTo(30);
        assertThat(gateway.kernel.openDescriptors()).hasSize(1);
    }

    @Test
    void anErrorOfTheDriverIsAnErrorOfThatReadAndNotTheEnd() throws IOException {
        Path file = gateway.file(ZONE, "20000\n");
        gateway.configure("cpu", CELSIUS);
        Attribute cpu = gateway.attribute("cpu");
        for (Errno errno : new Errno[] {Errno.EIO, Errno.EAGAIN, Errno.EBUSY, Errno.ENODATA, Errno.ETIMEDOUT}) {
            gateway.kernel.fail("pread", file.toString(), errno);
            assertThatThrownBy(cpu::read)
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageStartingWith("pread " + file + ": " + errno);
            seconds(3);
            assertThat(gateway.attribute("cpu")).isSameAs(cpu);
            assertThat(cpu.last().asDouble()).isEqualTo(20);
        }
        assertThat(gateway.log.above("info"))
                .filteredOn(line -> line.startsWith("warn"))
                .hasSize(1)
                .first()
                .asString()
                .contains("cpu cannot be read, its last value stands: pread " + file + ": EIO");
        gateway.kernel.mend("pread", file.toString());
        seconds(1);
        assertThat(gateway.log.lines).contains("info cpu can be read again");
        assertThat(cpu.read().asDouble()).isEqualTo(20);
    }

    @Test
    void aFirstReadThatFailsIsTriedAgain() throws IOException {
        Path file = gateway.file(ZONE, "20000\n");
        gateway.kernel.fail("pread", file.toString(), Errno.EAGAIN);
        gateway.configure("cpu", CELSIUS);
        assertThat(gateway.state("cpu")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("cpu"))
                .isEqualTo("pread " + file + ": EAGAIN (Resource temporarily unavailable): tries again");
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        gateway.kernel.mend("pread", file.toString());
        seconds(1);
        assertThat(gateway.isRegistered("cpu")).isTrue();
    }

    @Test
    void whateverFailsWhileItIsOpenedLeavesNoDescriptor() {
        gateway.file(ZONE, "20000\n");
        gateway.kernel.fail("statfs", gateway.root.toString(), Errno.EIO);
        gateway.configure("cpu", CELSIUS);
        assertThat(gateway.reason("cpu")).startsWith("statfs " + gateway.root + ": EIO");
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void whatCannotBeParsedSaysFileContentAndType() throws IOException {
        Path file = gateway.file(ZONE, "n/a\n");
        gateway.configure("cpu", CELSIUS);
        assertThat(gateway.reason("cpu")).startsWith(file + " holds \"n/a\", expected an integer (decimal or 0x...)");
        gateway.file(ZONE, "");
        seconds(1);
        assertThat(gateway.reason("cpu")).startsWith(file + " is empty, expected an integer");
        gateway.file(ZONE, "1000\n");
        seconds(1);
        Attribute cpu = gateway.attribute("cpu");
        gateway.file(ZONE, "oops\n");
        assertThatThrownBy(cpu::read)
                .isInstanceOf(MalformedValueException.class)
                .hasMessageContaining("\"oops\"");
        assertThat(gateway.attribute("cpu")).isSameAs(cpu);
    }

    @Test
    void aPatternNeedsExactlyOneMatch() {
        Map<String, Object> pattern = Map.of("path", "class/hwmon/hwmon*/temp1_input");
        gateway.file("class/hwmon/hwmon0/name", "fan\n");
        gateway.configure("board", pattern);
        assertThat(gateway.reason("board"))
                .startsWith("there is no temp1_input in " + gateway.root + "/class/hwmon/hwmon0: ");
        gateway.file("class/hwmon/hwmon3/temp1_input", "25000\n");
        gateway.file("class/hwmon/hwmon4/temp1_input", "26000\n");
        seconds(5);
        assertThat(gateway.reason("board")).contains("hwmon3/temp1_input, ", "hwmon4/temp1_input", "is not unique");
        gateway.delete("class/hwmon/hwmon3/temp1_input");
        seconds(5);
        assertThat(gateway.attribute("board").last().asLong()).isEqualTo(26000);
        gateway.delete("class/hwmon/hwmon4/temp1_input");
        gateway.file("class/hwmon/hwmon7/temp1_input", "27000\n");
        seconds(5);
        assertThat(gateway.attribute("board").last().asLong()).isEqualTo(27000);
    }

    @Test
    void anyNameIsAsGoodAsAnother() throws IOException {
        gateway.file("bus/i2c/devices/1-0039/lux", "187\n");
        gateway.configure("light", Map.of("path", "bus/i2c/devices/1-0039/lux", "unit", "lx"));
        assertThat(gateway.attribute("light").read()).hasToString("187 lx");
    }

    @Test
    void theKernelsNotificationIsAChange() throws IOException {
        Path file = gateway.file("class/x/state", "0\n");
        gateway.configure("state", Map.of("path", "class/x/state", "notify", true));
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "state");
        for (String next : List.of("1", "2", "2", "3")) {
            gateway.file("class/x/state", next + "\n");
            gateway.kernel.ready(file.toString(), Ready.PRI | Ready.ERR);
        }
        assertThat(heard.texts()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void aFileThatCannotBeWaitedForSaysWhatToDoInstead() {
        Path file = gateway.file("class/x/state", "0\n");
        gateway.kernel.fail("epoll_ctl", file.toString(), Errno.EPERM);
        gateway.configure("state", Map.of("path", "class/x/state", "notify", true));
        assertThat(gateway.state("state")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("state")).contains("EPERM", "\"notify\"", "\"interval\"");
        assertThat(gateway.isRegistered("state")).isFalse();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aWriteIsReadBack() throws IOException {
        Path file = gateway.file("class/leds/status/brightness", "100000\n");
        gateway.configure("led", Map.of("path", "class/leds/status/brightness", "writable", true));
        Attribute led = gateway.attribute("led");
        led.write(9);
        assertThat(file).hasContent("9");
        assertThat(led.last().asLong()).isEqualTo(9);
        led.write("0x10");
        led.write(17.4);
        led.write(new byte[] {'5'});
        assertThat(gateway.kernel.written(file.toString())).containsExactly("9", "16", "17", "5");
        gateway.kernel.fail("write", file.toString(), Errno.EINVAL);
        assertThatThrownBy(() -> led.write(300))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("write " + file + ": EINVAL (Invalid argument)");
        assertThat(gateway.isRegistered("led")).isTrue();
    }

    @Test
    void whatAWriterIsRefusedIsTheWritersAffair() {
        Path file = gateway.file("class/net/bond0/bonding/slaves", "eth0\n");
        gateway.configure(
                "slaves", Map.of("path", "class/net/bond0/bonding/slaves", "type", "string", "writable", true));
        Attribute slaves = gateway.attribute("slaves");
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "slaves");
        for (Errno errno : new Errno[] {Errno.ENODEV, Errno.ENOENT, Errno.EINVAL, Errno.EIO}) {
            gateway.kernel.fail("write", file.toString(), errno);
            assertThatThrownBy(() -> slaves.write("+eth9"))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageStartingWith("write " + file + ": " + errno);
            assertThat(gateway.attribute("slaves")).isSameAs(slaves);
        }
        assertThat(heard.gone).isEmpty();
        assertThat(gateway.log.lines).noneMatch(line -> line.contains("cannot be read"));
    }

    @Test
    void aWriterToAFileThatHasGoneIsTheFirstToNotice() {
        gateway.file("class/leds/status/brightness", "1\n");
        gateway.configure("led", Map.of("path", "class/leds/status/brightness", "writable", true));
        Attribute led = gateway.attribute("led");
        gateway.delete("class/leds/status/brightness");
        assertThatThrownBy(() -> led.write(1)).isInstanceOf(ErrnoException.class);
        assertThat(gateway.isRegistered("led")).isFalse();
    }

    @Test
    void onlyWhatIsWritableIsWritten() {
        gateway.file(ZONE, "1\n");
        gateway.configure("cpu", CELSIUS);
        assertThatThrownBy(() -> gateway.attribute("cpu").write(1))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("\"writable\"")
                .hasMessageContaining("io.callgate.sysfs.attribute~cpu");
    }

    @Test
    void otherTypes() throws IOException {
        gateway.file("a", "enabled\n");
        gateway.file("b", "Callgate\n");
        Files.write(gateway.file("c", ""), new byte[] {0, 1, (byte) 0xfe});
        gateway.file("d", "0.000610351\n");
        gateway.configure("a", Map.of("path", "a", "type", "boolean"));
        gateway.configure("b", Map.of("path", "b", "type", "string"));
        gateway.configure("c", Map.of("path", "c", "type", "bytes"));
        gateway.configure("d", Map.of("path", "d", "type", "decimal"));
        assertThat(gateway.attribute("a").read().asBoolean()).isTrue();
        assertThat(gateway.attribute("b").read().asText()).isEqualTo("Callgate");
        assertThat(gateway.attribute("c").read().asBytes()).containsExactly(0, 1, 0xfe);
        assertThat(gateway.attribute("c").read().asText()).isEqualTo("0001fe");
        assertThat(gateway.attribute("d").readDouble()).isEqualTo(0.000610351);
        assertThatThrownBy(() -> gateway.attribute("b").readLong()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> gateway.attribute("b").read().asLong()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bytesAreReadToTheirEnd() throws IOException {
        byte[] eeprom = new byte[5000];
        for (int i = 0; i < eeprom.length; i++) {
            eeprom[i] = (byte) i;
        }
        Files.write(gateway.file("eeprom", ""), eeprom);
        gateway.kernel.bytesPerCall(300);
        gateway.configure("eeprom", Map.of("path", "eeprom", "type", "bytes"));
        assertThat(gateway.attribute("eeprom").read().asBytes()).isEqualTo(eeprom);
        Files.write(gateway.file("large", ""), new byte[1 << 16]);
        gateway.configure("large", Map.of("path", "large", "type", "bytes"));
        assertThat(gateway.reason("large")).contains("too much for an attribute");
    }

    @Test
    void otherScaleUnitAndIntervalDoNotTakeTheServiceAway() throws IOException {
        gateway.file(ZONE, "20000\n");
        AttributeComponent component = gateway.configure("cpu", CELSIUS);
        Attribute cpu = gateway.attribute("cpu");
        gateway.framework.onChange((service, registered) -> {
            throw new AssertionError("nobody comes or leaves");
        });
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "cpu");
        Map<String, Object> kelvin =
                Map.of("path", ZONE, "scale", 0.001, "offset", 273.15, "unit", "K", "interval", 10_000);
        component.configure(Gateway.config(kelvin), with(kelvin, "service.pid", Attribute.PID + "~cpu"));
        assertThat(gateway.attribute("cpu")).isSameAs(cpu);
        assertThat(cpu.last()).hasToString("293.15 K");
        assertThat(heard.values).extracting(Value::toString).containsExactly("20 °C", "293.15 K");
        assertThat(gateway.framework.services(Attribute.class).get(0).properties())
                .containsEntry("sysfs.unit", "K");
        gateway.file(ZONE, "21000\n");
        seconds(9);
        assertThat(heard.values).hasSize(2);
        seconds(1);
        assertThat(heard.values).hasSize(3);
    }

    @Test
    void anotherPathIsAnotherService() throws IOException {
        gateway.file("a", "1\n");
        gateway.file("b", "2\n");
        AttributeComponent component = gateway.configure("x", Map.of("path", "a"));
        Attribute before = gateway.attribute("x");
        Map<String, Object> next = Map.of("path", "b");
        component.configure(Gateway.config(next), next);
        assertThat(gateway.attribute("x")).isNotSameAs(before);
        assertThat(gateway.attribute("x").readLong()).isEqualTo(2);
        assertThatThrownBy(before::read).isInstanceOf(ClosedFdException.class);
        assertThat(gateway.kernel.openDescriptors()).hasSize(1);
    }

    @Test
    void aConfigurationThatBecomesInvalidIsAReasonAndMendsWithIt() {
        gateway.file("a", "1\n");
        Map<String, Object> good = Map.of("path", "a");
        AttributeComponent component = gateway.configure("x", good);
        Map<String, Object> bad = Map.of("path", "a", "type", "float");
        component.configure(Gateway.config(bad), bad);
        assertThat(gateway.isRegistered("x")).isFalse();
        assertThat(gateway.state("x")).isEqualTo(ResourceState.WAITING);
        assertThat(gateway.reason("x")).startsWith("type \"float\" is unknown");
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        component.configure(Gateway.config(good), good);
        assertThat(gateway.isRegistered("x")).isTrue();
    }

    @Test
    void aSlowDriverIsReadOnceAtATimeAndHoldsUpNobodyElse() {
        gateway.file(ZONE, "20000\n");
        gateway.configure("cpu", CELSIUS);
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "cpu");
        gateway.dispatcher.hold();
        gateway.file(ZONE, "30000\n");
        seconds(100);
        assertThat(heard.texts()).containsExactly("20");
        gateway.dispatcher.run();
        assertThat(heard.texts()).containsExactly("20", "30");
    }

    @Test
    void driversAreNotWaitedForOnTheListenersThreads() {
        gateway.file(ZONE, "20000\n");
        Dispatcher drivers = new Dispatcher() {
            @Override
            public Lane lane(String owner, int capacity) {
                throw new AssertionError(owner + " would read where listeners are called");
            }

            @Override
            public Lane blockingLane(String owner, int capacity) {
                return gateway.dispatcher.blockingLane(owner, capacity);
            }
        };
        gateway.configure("cpu", CELSIUS, drivers);
        assertThat(gateway.isRegistered("cpu")).isTrue();
    }

    @Test
    void nothingIsLeftBehind() {
        gateway.file(ZONE, "20000\n");
        AttributeComponent live = gateway.configure("cpu", with(CELSIUS, "notify", true));
        AttributeComponent waiting = gateway.configure("other", Map.of("path", "class/net/x/mtu"));
        Gateway.Heard heard = gateway.listen("sysfs.attribute", "cpu");
        live.close();
        waiting.close();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.framework.services(Attribute.class)).isEmpty();
        assertThat(gateway.framework.services(ResourceStatus.class)).isEmpty();
        assertThat(heard.gone).containsExactly("cpu");
        gateway.plugged("net", "x");
        seconds(60);
        gateway.listeners.close();
        assertThat(gateway.dispatcher.lanes()).isZero();
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }
}
