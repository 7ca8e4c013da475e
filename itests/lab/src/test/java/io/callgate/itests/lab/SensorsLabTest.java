// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Ran;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** Sensors of real drivers through the product's bundles: found, read, unbound while in use, back again. */
@LabTest
class SensorsLabTest {

    private static final Duration LONG = Duration.ofSeconds(100);
    private static final Duration SECOND_JVM = Duration.ofSeconds(280);
    private static final int ROUNDS = 20;
    private static final String LM75 = "lm75-0048/temp1";
    private static final String HEAT = "callgate_heat/temp";
    private static final String LUX = "tsl2550-0039/lux1";

    private static final String OF_SENSORS = "(objectClass=" + Sensor.class.getName() + ")";

    @TempDir
    static Path folder;

    private static Product product;

    @BeforeAll
    static void start() throws Exception {
        product = SysfsProduct.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        product.close();
    }

    private static Sensor sensor(String name) {
        return product.service(Sensor.class, "(callgate.name=" + name + ")");
    }

    private static boolean isThere(String name) throws InvalidSyntaxException {
        return product.framework().find(Sensor.class.getName(), "(callgate.name=" + name + ")") != null;
    }

    private static void says(String name, String text) throws IOException {
        Value value = sensor(name).read();
        assertThat(value.asDouble() + " " + value.unit()).as(name).isEqualTo(text);
    }

    @Test
    void everyClassOfSensorIsFoundAndReadInItsUnit() throws Exception {
        says(LM75, "25.5 °C");
        says(LUX, "38.0 lx");
        says("apds9300-0029/illuminance0", "22.0 lx");
        says("apds9300-0029/intensity0", "800.0 ");
        says("sbs-1-000b/voltage_now", "11.86 V");
        says("sbs-1-000b/capacity", "87.0 %");
        says("sbs-1-000b/temp", "25.7 °C");
        says("test_battery/temp", "2.6 °C"); // test_power says 26, and means tenths
        // raw, offset and scale: (14981 - 13657.5) * 20 millidegrees
        assertThat(sensor("mlx90614-005a/temp_ambient").readDouble()).isEqualTo(26.47, within(1e-9));
        assertThat(sensor("mlx90614-005a/temp_object").readDouble()).isEqualTo(30.47, within(1e-9));
    }

    /** The kernel shows a battery's temperature three times more: as a thermal zone, and as hwmon of both. */
    @Test
    void whatTheKernelShowsSeveralTimesIsOneSensor() throws Exception {
        assertThat(Lab.device("thermal", "type", "sbs-1-000b")).exists();
        assertThat(Lab.device("hwmon", "name", "lm75")).exists();
        says("sbs-1-000b/temp", "25.7 °C");
        assertThat(services().keySet()).noneMatch(name -> name.contains("hwmon") || name.contains("thermal_zone"));
        assertThat(services().keySet().stream().filter(name -> name.matches("(sbs|test_battery).*/temp.*")))
                .containsExactlyInAnyOrder("sbs-1-000b/temp", "test_battery/temp");
    }

    @Test
    void aThermalZoneComesWithItsDriverAndGoesWithIt() throws Exception {
        says(HEAT, "41.5 °C");
        assertThat(Lab.device("hwmon", "name", "callgate_heat"))
                .as("hwmon of the zone")
                .exists();
        Sensor before = sensor(HEAT);
        heat("millidegrees", "-1250");
        heat("present", "N");
        try {
            Await.until("it has left", LONG, () -> !isThere(HEAT));
            assertThatThrownBy(before::read).isInstanceOf(GoneException.class);
        } finally {
            heat("present", "Y");
        }
        says(HEAT, "-1.25 °C");
        heat("millidegrees", "41500");
        says(HEAT, "41.5 °C");
    }

    private static void heat(String parameter, String value) throws IOException {
        Lab.write(Path.of("/sys/module/callgate_heat/parameters", parameter), value);
    }

    @Test
    void anApplicationBindsByWhatAndWhere() throws Exception {
        Sensor lux = product.service(Sensor.class, "(&(callgate.quantity=illuminance)(callgate.device=1-0039))");
        assertThat(lux.name()).isEqualTo(LUX);
        I2cChip.LIGHT.setByte(0x43, 0xc0);
        try {
            assertThat(lux.readDouble()).isGreaterThan(38);
        } finally {
            I2cChip.LIGHT.setByte(0x43, 0xb0);
        }
        assertThat(lux.readDouble()).isEqualTo(38);
    }

    @Test
    void aValueChangesWithTheChipsRegister() throws Exception {
        Sensor temperature = sensor(LM75);
        Sensor ambient = sensor("mlx90614-005a/temp_ambient");
        I2cChip.TEMPERATURE.setWord(0x00, 0x00f6); // -10 degrees, bytes swapped
        I2cChip.IIO_TEMPERATURE.setWord(0x06, 14981 + 50);
        try {
            assertThat(temperature.readDouble()).isEqualTo(-10);
            assertThat(ambient.readDouble()).isEqualTo(27.47, within(1e-9));
        } finally {
            I2cChip.TEMPERATURE.setWord(0x00, 0x8019);
            I2cChip.IIO_TEMPERATURE.setWord(0x06, 14981);
        }
        assertThat(temperature.readDouble()).isEqualTo(25.5);
    }

    /** Tells a queue what it hears. */
    private static final class Heard implements ValueListener {

        private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

        @Override
        public void changed(Value value) {
            queue.add(value.toString());
        }

        @Override
        public void gone(String name, String reason) {
            queue.add("gone");
        }

        String next() throws InterruptedException {
            return queue.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void aListenerIsToldOfChangesOfGoneAndOfBack() throws Exception {
        Heard heard = new Heard();
        ServiceRegistration<?> registration = product.framework()
                .context()
                .registerService(
                        ValueListener.class,
                        heard,
                        new Hashtable<>(Map.of(
                                ValueListener.SENSOR, "(callgate.device=1-0048)", ValueListener.INTERVAL, 100L)));
        try {
            assertThat(heard.next()).isEqualTo("25.5 °C");
            I2cChip.TEMPERATURE.setWord(0x00, 0x001e);
            assertThat(heard.next()).isEqualTo("30 °C");
            unbind("lm75", "1-0048");
            assertThat(heard.next()).isEqualTo("gone");
            bind("lm75", "1-0048");
            assertThat(heard.next()).isEqualTo("30 °C");
        } finally {
            I2cChip.TEMPERATURE.setWord(0x00, 0x8019);
            registration.unregister();
        }
        assertThat(heard.queue).allMatch("25.5 °C"::equals);
    }

    @Test
    void aSensorThatIsUnboundWhileItIsReadIsATypedGoneAndItsFileIsClosed() throws Exception {
        for (Case each : List.of(
                new Case(LM75, "lm75", "1-0048", "temp1_input"),
                new Case(LUX, "tsl2550", "1-0039", "lux1_input"),
                new Case("apds9300-0029/illuminance0", "apds9300", "1-0029", "in_illuminance0_input"))) {
            Sensor before = sensor(each.name);
            before.read();
            assertThat(open(each)).as(each.name).isEqualTo(1);
            BlockingQueue<Throwable> ended = new LinkedBlockingQueue<>();
            Thread reader = new Thread(() -> readUntilItFails(before, ended));
            reader.start();
            unbind(each.driver, each.device);
            assertThat(ended.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(GoneException.class);
            Await.until(each.name + " has left", LONG, () -> !isThere(each.name));
            Await.until(each.file + " is closed", LONG, () -> open(each) == 0);
            assertThatThrownBy(before::read).isInstanceOf(GoneException.class);

            bind(each.driver, each.device);
            Sensor after = sensor(each.name);
            assertThat(after).isNotSameAs(before);
            after.read();
            assertThat(open(each)).isEqualTo(1);
            assertThatThrownBy(before::read).isInstanceOf(GoneException.class);
        }
    }

    private record Case(String name, String driver, String device, String file) {}

    private static void readUntilItFails(Sensor sensor, BlockingQueue<Throwable> ended) {
        try {
            while (true) {
                sensor.readDouble();
            }
        } catch (IOException | RuntimeException e) {
            ended.add(e);
        }
    }

    /** How often this process has the file open, whether it is still there or was deleted. */
    private static long open(Case which) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(Files::isSymbolicLink)
                    .map(SensorsLabTest::target)
                    .filter(path -> path.contains("/" + which.device + "/") && path.contains(which.file))
                    .count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** Bound and unbound as fast as the kernel can, from two sides; at the end only what is there counts. */
    @Test
    void aStormOfBindingEndsEqualToTheKernelsState() throws Exception {
        Map<String, String> before = services();
        Set<String> came = ConcurrentHashMap.newKeySet();
        product.framework()
                .context()
                .addServiceListener(event -> came.add(name(event.getServiceReference())), OF_SENSORS);
        for (int round = 0; round < ROUNDS; round++) {
            unbind("lm75", "1-0048");
            unbind("tsl2550", "1-0039");
            bind("lm75", "1-0048");
            I2cChip.IIO_LIGHT.remove();
            bind("tsl2550", "1-0039");
            I2cChip.IIO_LIGHT.add();
        }
        awaitAll(before);

        for (int round = 0; round < ROUNDS; round++) {
            unbind("lm75", "1-0048");
            bind("lm75", "1-0048");
        }
        unbind("lm75", "1-0048");
        try {
            Await.until("it is gone", LONG, () -> !isThere(LM75));
        } finally {
            bind("lm75", "1-0048");
        }
        awaitAll(before);
        assertThat(before.keySet()).as("no name was ever another").containsAll(came);
    }

    /** Services that are there may be those of before yet: until they can be read. */
    private static void awaitAll(Map<String, String> names) {
        Await.until("all are back", LONG, () -> {
            boolean read = services().equals(names);
            for (String name : List.of(LM75, LUX, "apds9300-0029/illuminance0")) {
                read = read && isRead(name);
            }
            return read;
        });
    }

    private static boolean isRead(String name) throws IOException {
        try {
            sensor(name).read();
            return true;
        } catch (GoneException e) {
            return false;
        }
    }

    private static String name(ServiceReference<?> sensor) {
        return (String) sensor.getProperty("callgate.name");
    }

    /** Name and quantity of all. */
    private static Map<String, String> services() throws InvalidSyntaxException {
        ServiceReference<?>[] all = product.framework().context().getAllServiceReferences(Sensor.class.getName(), null);
        Map<String, String> names = new TreeMap<>();
        for (ServiceReference<?> each : all == null ? new ServiceReference<?>[0] : all) {
            names.put(name(each), (String) each.getProperty(Sensor.QUANTITY));
        }
        return names;
    }

    @Test
    @Timeout(300) // a second JVM in emulation
    void aUserWithoutAnyCapabilityReadsThemAll() throws Exception {
        ClassPathAccess.open();
        Ran ran = Ran.of(SECOND_JVM, Lab.javaAsUser(AsUser.class));
        assertThat(ran.status()).as(ran.text()).isZero();
        assertThat(ran.text()).contains(LM75 + " 25.5 °C", LUX + " 38 lx", "sbs-1-000b/capacity 87 %");
    }

    /** A gateway of a user's own. */
    static final class AsUser {

        private AsUser() {}

        /** Prints every sensor. */
        public static void main(String... arguments) throws Exception {
            Path folder = Files.createTempDirectory("sensors");
            try (Product product = SysfsProduct.start(folder)) {
                for (String name : List.of(LM75, LUX, "sbs-1-000b/capacity", "apds9300-0029/illuminance0")) {
                    Sensor sensor = product.service(Sensor.class, "(callgate.name=" + name + ")");
                    System.out.println(name + " " + sensor.read());
                }
            }
        }
    }

    @Test
    void theShellShowsAndReadsThem() throws Exception {
        sensor(LUX);
        assertThat(product.framework().shell("sensors:read " + LUX).strip()).isEqualTo("38 lx");
        assertThat(product.framework().shell("sensors:list illuminance").lines())
                .hasSize(3)
                .anyMatch(line -> line.matches(LUX + " +illuminance +38 +lx +1-0039 +lux1 +-"));
        assertThatThrownBy(() -> product.framework().shell("sensors:read lm75-0048/tmp1"))
                .hasMessageContaining("did you mean " + LM75 + "?");
        assertThat(product.framework().shell("leds:list").lines())
                .anyMatch(line -> line.matches("input0::capslock .* capslock .*"));
    }

    private static void unbind(String driver, String device) throws IOException {
        Lab.write(Path.of("/sys/bus/i2c/drivers", driver, "unbind"), device);
    }

    private static void bind(String driver, String device) throws IOException {
        Lab.write(Path.of("/sys/bus/i2c/drivers", driver, "bind"), device);
    }
}
