// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.linux.Errno;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.procfs.PressureEvent;
import io.callgate.procfs.PressureKind;
import io.callgate.procfs.PressureListener;
import io.callgate.procfs.PressureResource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PressureTriggersTest {

    private static final String CPU = "/proc/pressure/cpu";

    private final FakeLinux kernel = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private final List<PressureEvent> events = new ArrayList<>();
    private final PressureTriggers triggers =
            new PressureTriggers(new FakeRegistry().context(), kernel, kernel, kernel, dispatcher, log.logger());

    private long ids;

    /** As the kernel's: one trigger for each descriptor. */
    private static final class PressureFile implements FakeFile {

        private boolean taken;

        @Override
        public int read(ByteBuffer into, long position) {
            byte[] text = Samples.PRESSURE.getBytes(StandardCharsets.US_ASCII);
            int length = (int) Math.max(0, text.length - position);
            into.put(text, text.length - length, length);
            return length;
        }

        @Override
        public int write(ByteBuffer from, long position) throws IOException {
            if (taken) {
                throw FakeFile.refuse(Errno.EBUSY);
            }
            taken = true;
            return from.remaining();
        }
    }

    @BeforeEach
    void pressureFiles() {
        for (String each : List.of("cpu", "memory", "io")) {
            kernel.script("/proc/pressure/" + each, PressureFile::new);
        }
    }

    private Map<String, Object> wish(String resource, Object kind, Object stall, Object window) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.id", ++ids);
        properties.put(PressureListener.RESOURCE, resource);
        properties.put(PressureListener.KIND, kind);
        properties.put(PressureListener.STALL_MICROS, stall);
        properties.put(PressureListener.WINDOW_MICROS, window);
        properties.values().removeIf(Objects::isNull);
        return properties;
    }

    private PressureListener listener() {
        return new PressureListener() {
            @Override
            public void stalled(PressureEvent event) {
                events.add(event);
            }
        };
    }

    @Test
    void theKernelIsToldWithAByteToOverwrite() {
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        assertThat(kernel.written(CPU)).containsExactly("some 150000 1000000\0");
    }

    @Test
    void anEventSaysWhatAndWhen() {
        long before = System.nanoTime();
        triggers.add(listener(), wish("memory", "FULL", "150000", 1_000_000));
        kernel.ready("/proc/pressure/memory", Ready.PRI);
        kernel.ready("/proc/pressure/memory", Ready.PRI);

        assertThat(events).hasSize(2).allSatisfy(event -> {
            assertThat(event.resource()).isEqualTo(PressureResource.MEMORY);
            assertThat(event.kind()).isEqualTo(PressureKind.FULL);
            assertThat(event.stallMicros()).isEqualTo(150_000);
            assertThat(event.windowMicros()).isEqualTo(1_000_000);
            assertThat(event.nanos() - before).isNotNegative();
            assertThat(event.lost()).isZero();
        });
        assertThat(events).extracting(PressureEvent::sequence).containsExactly(1L, 2L);
    }

    @Test
    void equalWishesShareATriggerUntilTheLastHasLeft() {
        PressureListener first = listener();
        PressureListener second = listener();
        Map<String, Object> wish = wish("cpu", "some", 150_000L, 1_000_000L);
        Map<String, Object> sameWish = wish("CPU", "some", "150000", 1_000_000);
        triggers.add(first, wish);
        triggers.add(second, sameWish);
        assertThat(kernel.openDescriptors()).containsExactly(CPU);
        assertThat(kernel.written(CPU)).hasSize(1);

        kernel.ready(CPU, Ready.PRI);
        assertThat(events).hasSize(2);

        triggers.remove(first, wish);
        kernel.ready(CPU, Ready.PRI);
        assertThat(events).hasSize(3);

        triggers.remove(second, sameWish);
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThat(dispatcher.lanes()).isZero();
        assertThat(triggers.triggers()).isEmpty();
    }

    @Test
    void differentWishesHaveADescriptorEach() {
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        triggers.add(listener(), wish("cpu", "some", 150_000L, 2_000_000L));
        assertThat(kernel.openDescriptors()).containsExactly(CPU, CPU);
        assertThat(log.lines("WARN")).isEmpty();
    }

    @Test
    void aListenerThatChangesItsMindGetsAnotherTrigger() {
        PressureListener listener = listener();
        Map<String, Object> wish = wish("cpu", "some", 150_000L, 1_000_000L);
        triggers.add(listener, wish);
        Map<String, Object> other = new HashMap<>(wish);
        other.put(PressureListener.RESOURCE, "io");
        triggers.changed(listener, other);
        assertThat(kernel.openDescriptors()).containsExactly("/proc/pressure/io");
    }

    @Test
    void anObjectThatIsRegisteredForTwoWishesIsTwoListeners() {
        PressureListener listener = listener();
        Map<String, Object> cpu = wish("cpu", "some", 150_000L, 1_000_000L);
        Map<String, Object> again = wish("cpu", "some", 150_000L, 1_000_000L);
        Map<String, Object> io = wish("io", "some", 150_000L, 1_000_000L);
        triggers.add(listener, cpu);
        triggers.add(listener, again);
        triggers.add(listener, io);
        assertThat(kernel.openDescriptors()).containsExactly(CPU, "/proc/pressure/io");

        triggers.remove(listener, cpu);
        kernel.ready(CPU, Ready.PRI);
        assertThat(events).hasSize(1);
        triggers.remove(listener, again);
        assertThat(kernel.openDescriptors()).containsExactly("/proc/pressure/io");

        kernel.ready("/proc/pressure/io", Ready.PRI);
        assertThat(events).extracting(PressureEvent::resource).endsWith(PressureResource.IO);
        triggers.remove(listener, io);
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(dispatcher.lanes()).isZero();
    }

    @Test
    void whatASlowListenerMissesIsCounted() {
        dispatcher.hold();
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        for (int i = 0; i < 40; i++) {
            kernel.ready(CPU, Ready.PRI);
        }
        dispatcher.run();

        PressureEvent last = events.get(events.size() - 1);
        assertThat(last.sequence()).isEqualTo(40);
        assertThat(last.lost()).isEqualTo(40 - events.size()).isPositive();
    }

    @Test
    void aRefusedTriggerIsALineWithTheMendAndNoCrash() {
        kernel.fail("write", CPU, Errno.EINVAL);
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));

        assertThat(log.lines("WARN"))
                .containsExactly("WARN no pressure trigger some 150000 1000000 on cpu: write /proc/pressure/cpu: EINVAL"
                        + " (Invalid argument): without CAP_SYS_RESOURCE a window must be a multiple of 2000000");
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(triggers.triggers()).singleElement().satisfies(trigger -> assertThat(trigger.refusal())
                .contains("EINVAL"));
    }

    @Test
    void aRefusalIsTriedAgainWhenAllWhoWantedItHaveLeft() {
        PressureListener listener = listener();
        kernel.fail("open", CPU, Errno.EACCES);
        Map<String, Object> wish = wish("cpu", "some", 150_000L, 1_000_000L);
        triggers.add(listener, wish);
        kernel.mend("open", CPU);
        triggers.remove(listener, wish);
        triggers.add(listener, wish("cpu", "some", 150_000L, 1_000_000L));
        kernel.ready(CPU, Ready.PRI);
        assertThat(events).hasSize(1);
    }

    @Test
    void aKernelWithoutPressureIsNamed() {
        kernel.remove(CPU);
        triggers.add(listener(), wish("cpu", "some", 150_000L, 2_000_000L));
        assertThat(log.lines("WARN"))
                .singleElement()
                .asString()
                .contains("ENOENT")
                .contains("boot with psi=1");
    }

    @Test
    void aTriggerThatTheKernelEndsIsNotWatchedForEver() {
        triggers.add(listener(), wish("cpu", "some", 150_000L, 2_000_000L));
        kernel.ready(CPU, Ready.ERR);
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThat(events).isEmpty();
        assertThat(log.lines("WARN"))
                .containsExactly("WARN no pressure trigger some 150000 2000000 on cpu: the kernel has ended it");
    }

    @Test
    void whatIsNoWishIsToldInItsOwnWords() {
        triggers.add(listener(), wish("disk", "some", 1L, 2_000_000L));
        triggers.add(listener(), wish("cpu", null, 1L, 2_000_000L));
        triggers.add(listener(), wish("cpu", "some", "much", 2_000_000L));
        triggers.add(listener(), wish("cpu", "some", 3_000_000L, 2_000_000L));
        triggers.add(listener(), wish("cpu", "some", 1L, 499_999L));

        assertThat(log.lines("WARN").stream().map(line -> line.substring(line.indexOf("not called: ") + 12)))
                .containsExactly(
                        "pressure.resource is disk: it must be one of cpu, memory, io",
                        "pressure.kind is null: it must be one of some, full",
                        "pressure.stall.micros is much: it must be a number of microseconds",
                        "pressure.stall.micros is 3000000: it must be more than 0 and at most the window of 2000000",
                        "pressure.window.micros is 499999: the kernel takes 500000 to 10000000");
        assertThat(kernel.openDescriptors()).isEmpty();
    }

    @Test
    void nothingIsLeftBehind() {
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        triggers.add(listener(), wish("io", "full", 150_000L, 1_000_000L));
        triggers.close();
        assertThat(kernel.openDescriptors()).isEmpty();
        assertThat(kernel.registrations()).isZero();
        assertThat(dispatcher.lanes()).isZero();
    }

    @Test
    void theCommandShowsPressuresAndTriggers() throws IOException {
        ProcPressure pressure = new ProcPressure(new FakeRegistry().context(), kernel, kernel);
        PressureCommands commands = new PressureCommands(pressure, triggers);
        assertThat(commands.pressure()).startsWith("""
                        RESOURCE  KIND  AVG10  AVG60  AVG300  TOTAL-MICROS
                        cpu       some   1.50   0.20    0.03        123456
                        cpu       full   0.50   0.10    0.01         23456
                        """).doesNotContain("TRIGGER");
        triggers.add(listener(), wish("cpu", "some", 150_000L, 1_000_000L));
        kernel.ready(CPU, Ready.PRI);
        assertThat(commands.pressure()).endsWith("""
                        RESOURCE  TRIGGER              LISTENERS  EVENTS  STATE
                        cpu       some 150000 1000000          1       1  live""");
    }
}
