// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.DigitalOutput;
import io.callgate.itests.harness.Await;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The applications that drive lamps, through the product's bundles: from the sensor's registers to the line. */
@LabTest
class LightLabTest {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final String LUX = "tsl2550-0039/lux1";
    private static final int CHANNEL = 0x43;
    private static final int DARK = 0x98;
    private static final int BETWEEN = 0xb0; // 38 lx, as it is left
    private static final int BRIGHT = 0xc0;

    /** How the character device sets one line or many. */
    private static final String SET = "gpio_sim_set_multiple mask=+0(%si):x64 bits=+0(%dx):x64";

    @TempDir
    Path folder;

    private final BlockingQueue<Value> seen = new LinkedBlockingQueue<>();

    private static List<Path> bundles() {
        return SomeBundles.with("gpio", "sysfs", "apps.light", "apps.blink");
    }

    @Test
    void theLampFollowsTheDaylightWithHysteresis() throws Exception {
        try (SimChip chip = SimChip.make("porch", 2, Map.of(1, "LAMP"));
                KernelCalls calls = KernelCalls.of(SET);
                Product product = Product.start(
                        folder,
                        Map.of(
                                "io.callgate.gpio.output~porch",
                                "{\"line\": \"LAMP\"}",
                                "io.callgate.apps.light~porch",
                                "{\"lamp.target\": \"(callgate.name=porch)\", \"sysfs.sensor\": \"" + LUX
                                        + "\", \"sysfs.interval\": 100, \"darkBelow\": 20.0, \"brightAbove\": 60.0}"),
                        bundles())) {
            listen(product);
            await(20, 60);
            Await.until("the lamp is there", LONG, () -> isThere(product));
            calls.clear();
            I2cChip.LIGHT.setByte(CHANNEL, DARK);
            Await.until("it is dark, and the lamp on", LONG, () -> chip.value(1));
            I2cChip.LIGHT.setByte(CHANNEL, BETWEEN);
            await(20, 60);
            assertThat(chip.value(1)).isTrue();
            I2cChip.LIGHT.setByte(CHANNEL, BRIGHT);
            Await.until("it is bright, and the lamp off", LONG, () -> !chip.value(1));
            I2cChip.LIGHT.setByte(CHANNEL, BETWEEN);
            await(20, 60);
            I2cChip.LIGHT.setByte(CHANNEL, DARK);
            Await.until("it is dark again", LONG, () -> chip.value(1));
            assertThat(calls.seen())
                    .as("not one change more")
                    .extracting(KernelCalls.Call::arguments)
                    .containsExactly("mask=0x2 bits=0x2", "mask=0x2 bits=0x0", "mask=0x2 bits=0x2");
        } finally {
            I2cChip.LIGHT.setByte(CHANNEL, BETWEEN);
        }
    }

    private static boolean isThere(Product product) throws Exception {
        return product.framework().find(DigitalOutput.class.getName(), "(callgate.name=porch)") != null
                && product.framework().find(ValueListener.class.getName(), "(service.pid=*light~porch)") != null;
    }

    private void listen(Product product) {
        ValueListener listener = seen::add;
        product.framework()
                .context()
                .registerService(
                        ValueListener.class,
                        listener,
                        new Hashtable<>(Map.of(ValueListener.SENSOR, LUX, ValueListener.INTERVAL, 100L)));
    }

    /** Waits until so many lux were told; the application has been told of them in its own lane. */
    private void await(double above, double below) throws InterruptedException {
        Value value;
        do {
            value = seen.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(value).as("a value between %s and %s lx", above, below).isNotNull();
        } while (value.asDouble() <= above || value.asDouble() >= below);
    }

    @Test
    void aLampBlinks() throws Exception {
        try (SimChip chip = SimChip.make("signal", 2, Map.of(0, "SIGNAL"));
                KernelCalls calls = KernelCalls.of(SET);
                Product product = Product.start(
                        folder,
                        Map.of(
                                "io.callgate.gpio.output~lamp", "{\"line\": \"SIGNAL\"}",
                                "io.callgate.apps.blink~lamp", "{\"interval\": 50}"),
                        bundles())) {
            Await.until("it has blinked twice", LONG, () -> calls.seen().size() >= 4);
            assertThat(calls.seen())
                    .extracting(KernelCalls.Call::arguments)
                    .startsWith("mask=0x1 bits=0x1", "mask=0x1 bits=0x0", "mask=0x1 bits=0x1", "mask=0x1 bits=0x0");
        }
    }
}
