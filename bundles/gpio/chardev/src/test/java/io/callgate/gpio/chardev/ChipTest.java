// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Direction;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineInfo;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Errno;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.testing.FakeDamping;
import io.callgate.resource.Damping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Chips come, are looked at, and go. */
class ChipTest {

    private final FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 8)
            .line(1, "LED")
            .line(3, "BUS")
            .line(5, "BUS");
    private final Gateway gateway = new Gateway();

    @Test
    void aChipIsAServiceWhileTheKernelHasIt() throws Exception {
        gateway.start();
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();

        gateway.plug(fake);
        assertThat(gateway.registry.properties(gateway.chip()))
                .isEqualTo(Map.of(
                        "gpio.chip",
                        "gpiochip0",
                        "gpio.label",
                        "lab-gpio",
                        "gpio.backend",
                        "chardev",
                        "gpio.lines",
                        8,
                        "gpio.atomic",
                        true,
                        "service.ranking",
                        100));

        gateway.unplug(fake);
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void devicesOfTheSysfsInterfaceAreNoChips() throws Exception {
        gateway.plug(fake).start();
        Path path = Path.of("/sys/devices/platform/gpiochip0/gpio/gpiochip512");
        gateway.kernel.plug(new KernelDevice("gpio", "gpiochip512", path, Optional.empty(), Map.of()));
        assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
    }

    @Test
    void linesAreFoundByNameWithoutASystemCall() throws Exception {
        gateway.plug(fake).start();
        GpioChip chip = gateway.chip();
        gateway.kernel.fail("ioctl", "/dev/gpiochip0", Errno.EIO);
        assertThat(chip.find("LED")).containsExactly(1);
        assertThat(chip.find("BUS")).containsExactly(3, 5);
        assertThat(chip.find("DOOR")).isEmpty();
        assertThat(chip.find("")).isEmpty();
    }

    @Test
    void aLineIsDescribedWhoeverHoldsIt() throws Exception {
        gateway.plug(fake.hold(1, "gpioset")).start();
        assertThat(gateway.chip().info(1))
                .isEqualTo(new LineInfo("gpiochip0", 1, "LED", true, "gpioset", LineSettings.input()));
        assertThat(gateway.chip().info(0)).isEqualTo(new LineInfo("gpiochip0", 0, "", false, "", LineSettings.input()));
        assertThatThrownBy(() -> gateway.chip().info(8)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> gateway.chip().info(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void allSettingsAreReadBack() throws Exception {
        gateway.plug(fake).start();
        LineSettings input = LineSettings.input()
                .withActiveLow(true)
                .withBias(Bias.PULL_UP)
                .withEdges(EdgeDetection.FALLING)
                .withClock(EventClock.REALTIME)
                .withDebounce(Duration.ofNanos(4_294_967_295_000L));
        LineSettings output = LineSettings.output().withDrive(Drive.OPEN_DRAIN).withBias(Bias.DISABLED);
        gateway.chip().request(RequestConfig.of("door", 2, input), new Owner());
        gateway.chip().request(RequestConfig.of("bus", 3, output), new Owner());
        assertThat(gateway.chip().info(2)).isEqualTo(new LineInfo("gpiochip0", 2, "", true, "callgate:door", input));
        assertThat(gateway.chip().info(3).settings()).isEqualTo(output);
        assertThat(gateway.chip().info(3).settings().direction()).isEqualTo(Direction.OUTPUT);
    }

    @Test
    void aNodeThatUdevHasNotReachedYetIsTriedAgainInSilence() throws Exception {
        gateway.kernel.fail("open", "/dev/gpiochip0", Errno.EACCES);
        gateway.start().plug(fake);
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();

        gateway.kernel.mend("open", "/dev/gpiochip0");
        gateway.kernel.advance(Duration.ofMillis(100));
        assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
        assertThat(gateway.log.lines()).containsExactly("INFO gpiochip0 (lab-gpio, 8 lines) is served");
    }

    @Test
    void theAnnouncementOfAChangeIsWaitedForToo() throws Exception {
        gateway.kernel.fail("open", "/dev/gpiochip0", Errno.EACCES);
        gateway.start().plug(fake);
        gateway.kernel.mend("open", "/dev/gpiochip0");
        gateway.kernel.plug(fake.device()); // changed
        assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
    }

    @Test
    void aNodeThatMayNotBeOpenedIsSaidOnceAndTriedForEver() throws Exception {
        gateway.kernel.fail("open", "/dev/gpiochip0", Errno.EACCES);
        gateway.start().plug(fake);
        gateway.kernel.advance(Duration.ofMinutes(10));
        assertThat(gateway.log.lines("WARN"))
                .containsExactly("WARN gpiochip0 is not served yet: open /dev/gpiochip0: EACCES (Permission denied);"
                        + " put the gateway's user into the group that may open /dev/gpiochip0 (gpio); tried again by"
                        + " itself");
        gateway.kernel.mend("open", "/dev/gpiochip0");
        gateway.kernel.advance(Duration.ofSeconds(5));
        assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
        assertThat(gateway.kernel.openDescriptors()).containsExactly("/dev/gpiochip0");
    }

    @Test
    void aKernelWithoutTheSecondVersionIsSaid() throws Exception {
        fake.refuse(Uapi.V2_GET_LINEINFO, Errno.EINVAL);
        gateway.plug(fake).start();
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("no GPIO uAPI v2", "sysfs");
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aNodeOfAnotherChipIsNotTaken() throws Exception {
        gateway.kernel.script("/dev/gpiochip0", new FakeChip("gpiochip7", "old", 2)::open);
        gateway.kernel.plug(fake.device());
        gateway.start();
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
    }

    @Test
    void aHangUpIsNoticedBeforeTheAnnouncement() throws Exception {
        gateway.plug(fake).start();
        GpioChip chip = gateway.chip();
        fake.remove();
        gateway.kernel.remove("/dev/gpiochip0");
        gateway.kernel.turn();
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThatThrownBy(() -> chip.info(0)).hasMessageContaining("ENODEV");
        assertThatThrownBy(() -> chip.request(RequestConfig.of("led", 0, LineSettings.input()), new Owner()))
                .hasMessageContaining("ENODEV");
        gateway.kernel.unplug(fake.device());
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void aHangUpIsNotSaidAgainAndAgainBeforeTheLaneGetsToIt() throws Exception {
        gateway.plug(fake).start();
        gateway.dispatcher.hold();
        fake.remove();
        gateway.kernel.turn();
        assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
        assertThat(gateway.kernel.registrations()).as("nobody looks after it").isZero();
        gateway.dispatcher.run();
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
    }

    @Test
    void aChipThatComesBackIsServedAgain() throws Exception {
        gateway.start().plug(fake);
        GpioChip before = gateway.chip();
        gateway.unplug(fake);
        gateway.plug(new FakeChip("gpiochip0", "lab-gpio", 4));
        assertThat(gateway.chip()).isNotSameAs(before);
        assertThat(gateway.chip().lineCount()).isEqualTo(4);
    }

    @Test
    void aChipThatFlapsIsHeldBackUntilItHasStayed() throws Exception {
        FakeDamping damping = new FakeDamping(3);
        gateway.registry.context().registerService(Damping.class, damping, null);
        gateway.start();
        for (int i = 0; i < 3; i++) {
            FakeChip chip = new FakeChip("gpiochip" + i, "lab-gpio", 4); // the kernel numbers it anew each time
            gateway.plug(chip);
            assertThat(gateway.registry.services(GpioChip.class)).hasSize(1);
            gateway.unplug(chip);
        }
        gateway.plug(new FakeChip("gpiochip3", "lab-gpio", 4));
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.log.lines("INFO"))
                .last()
                .asString()
                .contains("gpiochip3 is not served yet: it came more than 3 times within 10000 ms");
        damping.settleAll();
        assertThat(gateway.chip().name()).isEqualTo("gpiochip3");
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        gateway.kernel.fail("open", "/dev/gpiochip1", Errno.EACCES);
        gateway.plug(fake).plug(new FakeChip("gpiochip1", "other", 1)).start();
        gateway.backend.add(change -> {}, Map.of("service.id", 1L));
        gateway.stop();
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.dispatcher.lanes()).isZero();
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }
}
