// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.gpio.Level.ACTIVE;
import static io.callgate.gpio.Level.INACTIVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.DigitalInput;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.LineGroup;
import io.callgate.itests.harness.Await;
import io.callgate.itests.harness.InProcess;
import io.callgate.itests.lab.GpioBench.Chip;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.KeptHandles;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Configured inputs, outputs and groups on real chips, by whatever backend. */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class LinesLabTest {

    private static final String INPUT = "io.callgate.gpio.input~";
    private static final String OUTPUT = "io.callgate.gpio.output~";
    private static final String GROUP = "io.callgate.gpio.group~";
    private static final String CHARDEV = "io.callgate.gpio.chardev";
    private static final String LINES = "io.callgate.gpio.lines";

    /** Updates of a bundle while an output is held; the soak sets more. */
    private static final int ROUNDS = Integer.getInteger("callgate.updates", 20);

    private static final Duration LONG = Duration.ofSeconds(120);

    private static final String SET = "gpio_sim_set offset=%si:u32 value=%dx:s32";
    private static final String SET_MULTIPLE = "gpio_sim_set_multiple mask=+0(%si):x64 bits=+0(%dx):x64";
    private static final String FREE = "gpio_sim_free offset=%si:u32";
    private static final String[] WITNESSES = {
        SET,
        SET_MULTIPLE,
        FREE,
        "gpio_sim_direction_output offset=%si:u32 value=%dx:s32",
        "gpio_sim_direction_input offset=%si:u32"
    };

    private static String named(String name) {
        return "(callgate.name=" + name + ")";
    }

    /** Configures a line until the end of the test. */
    private static void configure(GpioBench bench, String pid, String json) throws IOException {
        bench.product().configure(pid, json);
        bench.closing(() -> {
            delete(bench, pid);
            Await.until(
                    pid + " has gone",
                    LONG,
                    () -> bench.product().framework().find(ResourceStatus.class.getName(), "(callgate.pid=" + pid + ")")
                            == null);
        });
    }

    private static void delete(GpioBench bench, String pid) throws IOException {
        Files.deleteIfExists(bench.product().data().resolve("configs").resolve(pid + ".json"));
    }

    private static <S> S service(GpioBench bench, Class<S> type, String name) {
        Await.until("a service " + name, LONG, () -> isThere(bench, type, name));
        return bench.product().service(type, named(name));
    }

    private static boolean isThere(GpioBench bench, Class<?> type, String name) throws Exception {
        return bench.product().framework().find(type.getName(), named(name)) != null;
    }

    private static Object backend(GpioBench bench, Class<?> type, String name) throws Exception {
        ServiceReference<?> reference = bench.product().framework().find(type.getName(), named(name));
        return reference == null ? null : reference.getProperty(GpioChip.BACKEND);
    }

    private static void awaitLive(GpioBench bench, String name) {
        Await.until(name + " is live", LONG, () -> {
            ServiceReference<?> reference =
                    bench.product().framework().find(ResourceStatus.class.getName(), named(name));
            return reference != null && "live".equals(reference.getProperty(ResourceStatus.STATE));
        });
    }

    private static void awaitWaiting(GpioBench bench, String name, String reason) {
        ResourceStatus[] status = new ResourceStatus[1];
        Await.until(name + " waits: " + reason, LONG, () -> {
            status[0] = service(bench, ResourceStatus.class, name);
            return status[0].now().state() == ResourceState.WAITING
                    && status[0].now().reason().contains(reason);
        });
    }

    // What a line is

    @Test
    void outputsByNameAndByOffset(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8, Map.of(1, "LAMP"));
        configure(bench, OUTPUT + "lamp", "{\"line\": \"LAMP\", \"initial\": \"active\"}");
        configure(
                bench,
                OUTPUT + "low",
                "{\"chip\": \"" + chip.sim().label() + "\", \"offset\": 4, \"activeLow\": true}");
        DigitalOutput lamp = service(bench, DigitalOutput.class, "lamp");
        assertThat(chip.sim().value(1)).isTrue();
        lamp.set(INACTIVE);
        assertThat(chip.sim().value(1)).isFalse();
        assertThat(lamp.info().consumer()).isEqualTo("callgate:lamp");
        DigitalOutput low = service(bench, DigitalOutput.class, "low");
        assertThat(chip.sim().value(4)).isTrue();
        low.set(ACTIVE);
        assertThat(chip.sim().value(4)).isFalse();
    }

    @Test
    void groupsAreReadAndDrivenTogether(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8, Map.of(2, "RED", 3, "GREEN"));
        configure(bench, GROUP + "row", "{\"lines\": [\"GREEN\", \"RED\"], \"direction\": \"output\"}");
        configure(
                bench,
                GROUP + "dip",
                "{\"chip\": \"" + chip.sim().name() + "\", \"offsets\": [6, 5], \"bias\": \"pull-up\"}");
        LineGroup row = service(bench, LineGroup.class, "row");
        row.set(0b11, 0b01);
        assertThat(chip.sim().value(3)).isTrue();
        assertThat(chip.sim().value(2)).isFalse();
        assertThat(row.levels(row.all())).isEqualTo(0b01);
        LineGroup dip = service(bench, LineGroup.class, "dip");
        chip.sim().pull(6, false);
        chip.sim().pull(5, true);
        assertThat(dip.levels(dip.all())).isEqualTo(0b10);
    }

    @Test
    void edgesReachAListenerInOrder(GpioBench bench) throws Exception {
        Chip chip = bench.chip(1);
        configure(
                bench,
                INPUT + "button",
                "{\"chip\": \"" + chip.sim().label() + "\", \"offset\": 0, \"edges\": \"both\"}");
        DigitalInput button = service(bench, DigitalInput.class, "button");
        BlockingQueue<Edge> seen = new LinkedBlockingQueue<>();
        EdgeListener listener = seen::add;
        bench.closing(
                bench.product()
                                .framework()
                                .context()
                                .registerService(
                                        EdgeListener.class,
                                        listener,
                                        new Hashtable<>(Map.of(EdgeListener.LINE, "button")))::unregister);
        for (int i = 1; i <= 10; i++) {
            chip.sim().pull(0, i % 2 != 0);
            Edge edge = seen.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(edge).isNotNull();
            assertThat(edge.name()).isEqualTo("button");
            assertThat(edge.sequence()).isEqualTo(i);
            assertThat(edge.level()).isEqualTo(i % 2 != 0 ? ACTIVE : INACTIVE);
            assertThat(edge.lost()).isZero();
            assertThat(button.level()).isEqualTo(edge.level());
        }
    }

    @Test
    void aLabelSurvivesRenumberingAndAChipThatGoesTakesItsServicesAlong(GpioBench bench) throws Exception {
        SimChip chip = SimChip.make("wander", 4, Map.of(1, "WANDER"));
        try {
            configure(bench, OUTPUT + "wanderer", "{\"chip\": \"wander\", \"offset\": 2}");
            configure(bench, INPUT + "by-name", "{\"line\": \"WANDER\"}");
            DigitalOutput lamp = service(bench, DigitalOutput.class, "wanderer");
            service(bench, DigitalInput.class, "by-name");
            String before = lamp.info().chip();
            chip.unplug();
            awaitWaiting(bench, "wanderer", "there is no chip \"wander\"");
            Await.until("the service has left", LONG, () -> !isThere(bench, DigitalOutput.class, "wanderer"));
            assertThatThrownBy(() -> lamp.set(ACTIVE))
                    .isInstanceOfSatisfying(
                            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
            Await.until("by-name has left", LONG, () -> !isThere(bench, DigitalInput.class, "by-name"));

            Await.until("nobody keeps a descriptor of it", LONG, () -> !isKept(before));
            bench.closing(SimChip.make("squatter", 2, Map.of())); // takes the number, if the kernel has it back
            chip = chip.plug();
            DigitalOutput again = service(bench, DigitalOutput.class, "wanderer");
            assertThat(again.info().chip()).isEqualTo(chip.name()).isNotEqualTo(before);
            again.set(ACTIVE);
            assertThat(chip.value(2)).isTrue();
            assertThat(service(bench, DigitalInput.class, "by-name").info().name())
                    .isEqualTo("WANDER");
        } finally {
            if (!Lab.read(Path.of("/sys/kernel/config/gpio-sim/wander/live")).equals("1")) {
                chip = chip.plug();
            }
            chip.close();
        }
    }

    /** Whether this JVM has a descriptor of a node that is no more. */
    private static boolean isKept(String name) throws IOException {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path each : descriptors) {
                if (Files.isSymbolicLink(each)
                        && Files.readSymbolicLink(each).toString().startsWith("/dev/" + name + " ")) {
                    return true;
                }
            }
            return false;
        } catch (NoSuchFileException closedMeanwhile) {
            return isKept(name);
        }
    }

    @Test
    void aNameOnTwoChipsIsNotGuessed(GpioBench bench) throws Exception {
        SimChip one = bench.chip(2, Map.of(0, "SAME")).sim();
        SimChip two = bench.chip(2, Map.of(1, "SAME")).sim();
        configure(bench, OUTPUT + "same", "{\"line\": \"SAME\"}");
        awaitWaiting(bench, "same", "line \"SAME\" is not unique: " + one + " and " + two + " have one of that name");
        bench.product()
                .configure(
                        OUTPUT + "same",
                        "{\"line\": \"SAME\", \"chip\": \"" + two.label() + "\", \"initial\": \"active\"}");
        service(bench, DigitalOutput.class, "same");
        assertThat(two.value(1)).isTrue();
        assertThat(one.value(0)).isFalse();
    }

    // Who holds it

    @Test
    void aLineHeldByGpiosetIsWaitedForAndNamesItsHolder(GpioBench bench) throws Exception {
        SimChip chip = bench.chip(4, Map.of(2, "HEATER")).sim();
        GpiodTools.Running gpioset = bench.closing(GpiodTools.start("gpioset", "--mode=signal", chip.name(), "2=1"));
        Await.until("gpioset holds it", LONG, () -> Lab.read(Path.of("/sys/kernel/debug/gpio"))
                .contains("gpioset"));
        configure(bench, OUTPUT + "heater", "{\"line\": \"HEATER\"}");
        awaitWaiting(
                bench,
                "heater",
                "line HEATER (2) of " + chip.label()
                        + " is held by \"gpioset\" (stop that program, or name another line)");
        gpioset.close();
        DigitalOutput heater = service(bench, DigitalOutput.class, "heater");
        assertThat(heater.info().consumer()).isEqualTo("callgate:heater");

        configure(bench, OUTPUT + "twin", "{\"chip\": \"" + chip.label() + "\", \"offset\": 2}");
        awaitWaiting(bench, "twin", "is held by heater of this gateway");
        delete(bench, OUTPUT + "heater");
        service(bench, DigitalOutput.class, "twin");
    }

    // The end

    @Test
    void theSafeLevelIsDrivenWhenTheConfigurationIsDeleted(GpioBench bench) throws Exception {
        SimChip chip = bench.chip(4).sim();
        configure(
                bench,
                OUTPUT + "deleted",
                "{\"chip\": \"" + chip.label() + "\", \"offset\": 0, \"initial\": \"active\", \"safe\": \"inactive\"}");
        service(bench, DigitalOutput.class, "deleted");
        try (KernelCalls calls = KernelCalls.of(SET, SET_MULTIPLE, FREE)) {
            delete(bench, OUTPUT + "deleted");
            Await.until("it is released", LONG, () -> seen(calls).contains("free 0"));
            assertThat(seen(calls)).containsExactly("set 0=0", "free 0");
        }
    }

    @Test
    void theSafeLevelIsDrivenWhenTheGatewayEndsInOrder(@TempDir Path folder) throws Exception {
        try (SimChip chip = SimChip.make("end", 4, Map.of());
                KernelCalls calls = KernelCalls.of(SET, SET_MULTIPLE, FREE)) {
            Product product = Product.start(
                    folder,
                    Map.of(
                            OUTPUT + "ended", "{\"chip\": \"end\", \"offset\": 1, \"safe\": \"active\"}",
                            OUTPUT + "plain", "{\"chip\": \"end\", \"offset\": 2, \"initial\": \"active\"}"),
                    ManyLinesLabTest.bundles());
            Await.until(
                    "both are held",
                    LONG,
                    () -> product.framework()
                                    .context()
                                    .getServiceReferences(DigitalOutput.class, null)
                                    .size()
                            == 2);
            calls.clear();
            ManyLinesLabTest.stop(product);
            assertThat(seen(calls)).containsExactlyInAnyOrder("set 1=1", "free 1", "free 2");
            assertThat(seen(calls)).containsSubsequence("set 1=1", "free 1");
        }
    }

    private static final Pattern FETCHED = Pattern.compile("\\w+=(\\w+)(?: \\w+=(\\w+))?");

    /** {@code set OFFSET=VALUE} and {@code free OFFSET}; a call for several lines is told of its first. */
    private static List<String> seen(KernelCalls calls) throws IOException {
        return calls.seen().stream().map(LinesLabTest::shown).toList();
    }

    private static String shown(KernelCalls.Call call) {
        Matcher fetched = FETCHED.matcher(call.arguments());
        assertThat(fetched.matches()).as(call.toString()).isTrue();
        return switch (call.function()) {
            case "gpio_sim_free" -> "free " + fetched.group(1);
            case "gpio_sim_set" -> "set " + fetched.group(1) + "=" + fetched.group(2);
            default -> {
                long mask = Long.decode(fetched.group(1));
                int level = (Long.decode(fetched.group(2)) & mask) == 0 ? 0 : 1;
                yield "set " + Long.numberOfTrailingZeros(mask) + "=" + level;
            }
        };
    }

    // Updates

    @Test
    void updatesOfLinesAndOfChardevChangeNothingOnOutputsThatAreHeld(GpioBench bench) throws Exception {
        SimChip chip = bench.chip(4, Map.of(1, "STEADY")).sim();
        configure(bench, OUTPUT + "steady", "{\"line\": \"STEADY\", \"initial\": \"active\", \"safe\": \"inactive\"}");
        configure(
                bench,
                GROUP + "pair",
                "{\"chip\": \"" + chip.label()
                        + "\", \"offsets\": [2, 3], \"direction\": \"output\", \"safe\": \"inactive\"}");
        try (KernelCalls calls = KernelCalls.of(WITNESSES);
                InfoWatch watch = new InfoWatch(bench.product(), chip.node(), 1, 2, 3)) {
            Rounds rounds = new Rounds(2 * ROUNDS);
            for (String next = LINES; rounds.next(); next = next.equals(LINES) ? CHARDEV : LINES) {
                service(bench, DigitalOutput.class, "steady").set(ACTIVE);
                service(bench, LineGroup.class, "pair").set(0b11, 0b10);
                calls.clear();
                watch.seen();
                rounds.begin();
                InProcess.update(bench.product().framework().bundle(next));
                awaitLive(bench, "steady");
                awaitLive(bench, "pair");
                if (rounds.wasInTime()) {
                    assertThat(calls.seen()).isEmpty();
                    assertThat(watch.seen()).isEmpty();
                    assertThat(List.of(chip.value(1), chip.value(2), chip.value(3)))
                            .containsExactly(true, false, true);
                }
            }
            service(bench, DigitalOutput.class, "steady").set(INACTIVE);
            assertThat(calls.seen()).as("the witness sees a change").isNotEmpty();
            watch.seen();
            delete(bench, GROUP + "pair");
            List<String> told = new ArrayList<>();
            Await.until("the watch sees the release of both", LONG, () -> {
                told.addAll(watch.seen());
                return told.size() >= 2;
            });
            assertThat(told).containsExactlyInAnyOrder("released 2", "released 3");
        }
    }

    /**
     * Rounds of updates, until so many were quick enough. An emulated machine with much else to do may take longer for one
     * than a handover lasts; then the lines were released in order, which is another test.
     */
    private static final class Rounds {

        private int wanted;
        private int tries;
        private long began;

        Rounds(int wanted) {
            this.wanted = wanted;
            this.tries = 10 * wanted;
        }

        boolean next() {
            assertThat(tries--)
                    .as("tries, since updates were slower than a handover")
                    .isPositive();
            return wanted > 0;
        }

        void begin() {
            began = System.nanoTime();
        }

        /** True if the successor must have come before the handover was over. */
        boolean wasInTime() {
            boolean inTime = System.nanoTime() - began < KeptHandles.DEFAULT_HANDOVER.toNanos();
            wanted -= inTime ? 1 : 0;
            return inTime;
        }
    }

    /** An application that holds the service over updates of chardev: its calls come through. */
    @Test
    void theServiceStaysAndItsCallsComeThroughWhileChardevIsUpdated(GpioBench bench) throws Exception {
        SimChip chip = bench.chip(2).sim();
        configure(bench, OUTPUT + "busy", "{\"chip\": \"" + chip.label() + "\", \"offset\": 0}");
        DigitalOutput lamp = service(bench, DigitalOutput.class, "busy");
        BlockingQueue<String> failures = new LinkedBlockingQueue<>();
        Thread caller = new Thread(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    lamp.set(lamp.level().opposite());
                } catch (IOException e) {
                    failures.add(e.toString());
                }
            }
        });
        caller.start();
        try {
            Rounds rounds = new Rounds(5);
            while (rounds.next()) {
                ServiceReference<?> before =
                        bench.product().framework().find(DigitalOutput.class.getName(), named("busy"));
                failures.clear();
                rounds.begin();
                InProcess.update(bench.product().framework().bundle(CHARDEV));
                awaitLive(bench, "busy");
                if (rounds.wasInTime()) {
                    assertThat(failures).isEmpty();
                    assertThat(bench.product().framework().find(DigitalOutput.class.getName(), named("busy")))
                            .as("it was never unregistered")
                            .isEqualTo(before);
                }
            }
        } finally {
            caller.interrupt();
            caller.join();
        }
    }

    // Backends

    @Test
    void sysfsServesWhenChardevIsStoppedForGood(GpioBench bench) throws Exception {
        SimChip chip = bench.chip(4).sim();
        String of = "{\"chip\": \"" + chip.label() + "\", \"offset\": ";
        configure(bench, OUTPUT + "old-lamp", of + "1}");
        configure(bench, INPUT + "old-button", of + "0, \"edges\": \"both\"}");
        configure(bench, INPUT + "quiet", of + "2, \"debounce\": 1000}");
        DigitalOutput lamp = service(bench, DigitalOutput.class, "old-lamp");
        service(bench, DigitalInput.class, "old-button");
        service(bench, DigitalInput.class, "quiet");
        assertThat(backend(bench, DigitalOutput.class, "old-lamp")).isEqualTo("chardev");
        Bundle chardev = bench.product().framework().bundle(CHARDEV);
        chardev.stop();
        try {
            Await.until(
                    "sysfs serves",
                    LONG,
                    () -> "sysfs".equals(backend(bench, DigitalOutput.class, "old-lamp"))
                            && "sysfs".equals(backend(bench, DigitalInput.class, "old-button")));
            awaitWaiting(bench, "quiet", "sysfs cannot debounce");
            lamp.set(ACTIVE);
            assertThat(chip.value(1)).isTrue();
        } finally {
            chardev.start();
        }
        Await.until(
                "inputs move back, and what sysfs could not do works again",
                LONG,
                () -> "chardev".equals(backend(bench, DigitalInput.class, "old-button"))
                        && "chardev".equals(backend(bench, DigitalInput.class, "quiet")));
        assertThat(backend(bench, DigitalOutput.class, "old-lamp")).isEqualTo("sysfs");
        assertThat(lamp.level()).isEqualTo(ACTIVE);
        bench.product().configure(OUTPUT + "old-lamp", of + "1, \"initial\": \"active\"}");
        Await.until("an output moves when its configuration is touched", LONG, () -> "chardev"
                .equals(backend(bench, DigitalOutput.class, "old-lamp")));
        assertThat(lamp.level()).isEqualTo(ACTIVE);
    }
}
