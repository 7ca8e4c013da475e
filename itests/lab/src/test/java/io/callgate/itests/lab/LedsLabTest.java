// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.Ran;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Led;
import io.callgate.sysfs.LedState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** LEDs of the real input and uinput drivers, with the kernel's own triggers. */
@LabTest
class LedsLabTest {

    private static final Duration LONG = Duration.ofSeconds(100);
    private static final Duration SECOND_JVM = Duration.ofSeconds(280);
    private static final String CAPS = "input0::capslock";
    private static final Path FOLDER = Path.of("/sys/class/leds", CAPS);
    private static final int ROUNDS = 20;

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

    private static Led led(String name) {
        return product.service(Led.class, filter(name));
    }

    private static String filter(String name) {
        return "(callgate.name=" + name + ")";
    }

    private static boolean isThere(String name) throws InvalidSyntaxException {
        return product.framework().find(Led.class.getName(), filter(name)) != null;
    }

    private static VirtualKeyboard keyboard() throws Exception {
        return VirtualKeyboard.plug(
                product.service(LinuxFiles.class, "(objectClass=*)"),
                product.service(LinuxMemory.class, "(objectClass=*)"));
    }

    private static String attribute(String name) {
        return Lab.read(FOLDER.resolve(name));
    }

    @Test
    void itIsFoundByItsFunctionAndSwitched() throws Exception {
        Led caps = product.service(Led.class, "(&(callgate.function=capslock)(callgate.device=input0))");
        assertThat(caps.name()).isEqualTo(CAPS);
        assertThat(caps.maxBrightness()).isOne();
        for (boolean on : new boolean[] {true, false, true}) {
            caps.set(on);
            assertThat(attribute("brightness")).isEqualTo(on ? "1" : "0");
            assertThat(caps.brightness()).isEqualTo(on ? 1 : 0);
            assertThat(caps.trigger()).isEqualTo(Led.NO_TRIGGER);
        }
        caps.set(0);
    }

    @Test
    void itFollowsATriggerBlinksAndIsRestored() throws Exception {
        Led caps = led(CAPS);
        Lab.write(FOLDER.resolve("trigger"), "heartbeat");
        try {
            assertThat(caps.triggers()).contains("none", "timer", "heartbeat", "pattern");
            assertThat(caps.state().trigger()).isEqualTo("heartbeat");

            caps.blink(Duration.ofMillis(120), Duration.ofMillis(880));
            assertThat(caps.trigger()).isEqualTo("timer");
            assertThat(attribute("delay_on")).isEqualTo("120");
            assertThat(attribute("delay_off")).isEqualTo("880");
            LedState blinking = caps.state();
            assertThat(blinking.isBlinking()).isTrue();

            caps.set(true);
            assertThat(caps.trigger()).isEqualTo(Led.NO_TRIGGER);
            assertThat(attribute("brightness")).isEqualTo("1");
            assertThat(FOLDER.resolve("delay_on")).doesNotExist();

            caps.set(blinking);
            assertThat(attribute("delay_on")).isEqualTo("120");

            assertThatThrownBy(() -> caps.trigger("no-such-trigger"))
                    .isInstanceOfSatisfying(
                            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
        } finally {
            Lab.write(FOLDER.resolve("trigger"), "none");
        }
    }

    @Test
    void aBlinkingLightGoesOnAndOff() throws Exception {
        Led caps = led(CAPS);
        caps.blink(Duration.ofMillis(50), Duration.ofMillis(50));
        try {
            for (int wanted : new int[] {1, 0, 1, 0}) {
                Await.until("brightness " + wanted, LONG, () -> caps.brightness() == wanted);
            }
        } finally {
            caps.set(false);
        }
    }

    @Test
    void itIsRestoredToWhatItWasBeforeThisServiceTouchedIt() throws Exception {
        try (VirtualKeyboard keyboard = keyboard()) {
            Path own = Path.of("/sys/class/leds", keyboard.led());
            Led led = led(keyboard.led());
            Lab.write(own.resolve("trigger"), "heartbeat");
            led.set(true);
            led.trigger("default-on");
            led.restore();
            assertThat(Lab.read(own.resolve("trigger"))).contains("[heartbeat]");
        }
    }

    @Test
    void oneThatIsUnpluggedIsATypedGoneAndItsServiceLeaves() throws Exception {
        Led led;
        String name;
        try (VirtualKeyboard keyboard = keyboard()) {
            name = keyboard.led();
            led = led(name);
            led.set(true);
            assertThat(led.brightness()).isOne();
        }
        assertThatThrownBy(() -> led.set(false)).isInstanceOf(GoneException.class);
        Await.until(name + " has left", LONG, () -> !isThere(name));
        assertThatThrownBy(led::triggers).isInstanceOf(GoneException.class);
    }

    @Test
    void aStormOfPluggingEndsEqualToTheKernelsState() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            keyboard().close();
        }
        try (VirtualKeyboard last = keyboard()) {
            assertThat(led(last.led()).brightness()).isZero();
            Await.until("only those that are there", LONG, () -> services().equals(kernels()));
        }
        Await.until("the last has left", LONG, () -> services().equals(kernels()));
    }

    private static List<String> services() throws InvalidSyntaxException {
        ServiceReference<?>[] all = product.framework().context().getAllServiceReferences(Led.class.getName(), null);
        return all == null
                ? List.of()
                : Arrays.stream(all)
                        .map(each -> (String) each.getProperty("callgate.name"))
                        .sorted()
                        .toList();
    }

    private static List<String> kernels() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/class/leds"))) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    @Timeout(300) // a second JVM in emulation
    void aUserInTheGroupOfTheLedsSwitchesThem() throws Exception {
        ClassPathAccess.open();
        Ran ran = Ran.of(SECOND_JVM, Lab.javaAsUser(AsUser.class));
        assertThat(ran.status()).as(ran.text()).isZero();
        assertThat(ran.text())
                .contains("timer (500 ms on, 500 ms off), for ")
                .contains("delay_on may not be written by this user");
        assertThat(attribute("brightness")).isEqualTo("1");
        led(CAPS).set(false);
    }

    /** A gateway of a user's own. */
    static final class AsUser {

        private AsUser() {}

        /** Lights one. */
        public static void main(String... arguments) throws Exception {
            try (Product product = SysfsProduct.start(Files.createTempDirectory("leds"))) {
                Led led = product.service(Led.class, filter(CAPS));
                try {
                    led.blink(Duration.ofMillis(20), Duration.ofMillis(980));
                } catch (IOException refused) {
                    System.out.println(led.state() + ", for " + refused.getMessage());
                }
                led.trigger("heartbeat");
                led.set(true);
            }
        }
    }
}
