// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.mqueue.MessageBuffer;
import io.callgate.mqueue.MessageQueue;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.Memory;
import io.callgate.signals.Cause;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.watchdog.RebootHistory;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertsTest {

    @TempDir
    Path folder;

    private final FakeLinux kernel = new FakeLinux();
    private final FakeDispatcher dispatcher = new FakeDispatcher();
    private final FakeLog log = new FakeLog();
    private final List<String> sent = new ArrayList<>();
    private final List<RebootHistory.Entry> history = new ArrayList<>();
    private Path thresholds;
    private double load;
    private boolean full;
    private int interval = 10;

    @BeforeEach
    void write() throws IOException {
        thresholds = Files.writeString(folder.resolve("thresholds"), "load=1000\nmemory=90\n");
    }

    /** 25 % of the memory is used. */
    private Alerts start() throws IOException {
        int processors = Runtime.getRuntime().availableProcessors();
        return new Alerts(
                config(),
                queue(),
                () -> new LoadAverage(load * processors, 0, 0, 1, 1, 1),
                () -> new Memory(1000, 0, 750, 0, 0, 0, 0, 0, 0, 0),
                () -> List.copyOf(history),
                kernel,
                dispatcher,
                log.logger());
    }

    private MessageQueue queue() {
        return (MessageQueue) Proxy.newProxyInstance(
                MessageQueue.class.getClassLoader(),
                new Class<?>[] {MessageQueue.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "allocate" -> new Buffer();
                    case "address" -> "/alerts";
                    case "send" -> {
                        MessageBuffer message = (MessageBuffer) arguments[0];
                        yield !full && sent.add(message.priority() + " " + message.text());
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private Config config() {
        return (Config) Proxy.newProxyInstance(
                Config.class.getClassLoader(),
                new Class<?>[] {Config.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "thresholds" -> thresholds == null ? null : thresholds.toString();
                    case "intervalSeconds" -> interval;
                    default -> method.getDefaultValue();
                });
    }

    /** A message in the heap. */
    private static final class Buffer implements MessageBuffer {

        private final ByteBuffer bytes = ByteBuffer.allocate(256);
        private int priority;

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        @Override
        public int priority() {
            return priority;
        }

        @Override
        public MessageBuffer priority(int next) {
            priority = next;
            return this;
        }

        @Override
        public long type() {
            throw new UnsupportedOperationException();
        }

        @Override
        public MessageBuffer type(long type) {
            throw new UnsupportedOperationException();
        }
    }

    private static SignalEvent usr1() {
        return new SignalEvent(
                new Signal(10),
                Cause.KILL,
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                0,
                SignalEvent.Merging.POSSIBLE,
                0);
    }

    private void happened(RebootHistory.Event event, RebootHistory.Cause cause, String detail) {
        history.add(new RebootHistory.Entry(Instant.EPOCH, "boot", event, cause, detail));
    }

    private void look() {
        kernel.advance(Duration.ofSeconds(10));
    }

    @Test
    void aChangeIsToldOnceEachWay() throws IOException {
        start();
        look();
        assertThat(sent).isEmpty();
        load = 2000;
        look();
        look();
        load = 1;
        look();
        assertThat(sent).containsExactly("9 load too high 2000.00 limit 1000.00", "1 load good 1.00 limit 1000.00");
    }

    @Test
    void whatDoesNotFitIsToldLater() throws IOException {
        start();
        full = true;
        load = 2000;
        look();
        assertThat(sent).isEmpty();
        assertThat(log.lines("WARN")).singleElement().asString().contains("the queue is full");
        full = false;
        look();
        assertThat(sent).hasSize(1);
    }

    @Test
    void thresholdsAreReadAnewOnTheSignalAndBadOnesAreNotTaken() throws IOException {
        Alerts alerts = start();
        look();
        Files.writeString(thresholds, "memory=20");
        alerts.signal(usr1());
        assertThat(sent).containsExactly("9 memory too high 25.00 limit 20.00");
        Files.writeString(thresholds, "memory=low");
        assertThatThrownBy(() -> alerts.signal(usr1())).isInstanceOf(NumberFormatException.class);
        Files.delete(thresholds);
        assertThatThrownBy(() -> alerts.signal(usr1())).isInstanceOf(NoSuchFileException.class);
        look();
        assertThat(sent).as("those that were there stay").hasSize(1);
    }

    @Test
    void whatWatchdogsHaveDoneSinceTheStartIsTold() throws IOException {
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.WATCHDOG, "long ago");
        happened(RebootHistory.Event.BOOT, RebootHistory.Cause.WATCHDOG, "watchdog0");
        start();
        look();
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.UNKNOWN, "component pump");
        happened(RebootHistory.Event.STOP, RebootHistory.Cause.ORDERLY, "");
        look();
        assertThat(sent)
                .containsExactly(
                        "9 watchdog BOOT 1970-01-01T00:00:00Z watchdog0",
                        "9 watchdog RUNG 1970-01-01T00:00:00Z component pump");
    }

    @Test
    void afterTheStopNothingIsTold() throws IOException {
        Alerts alerts = start();
        alerts.stop();
        load = 2000;
        look();
        assertThat(sent).isEmpty();
        assertThat(kernel.registrations()).isZero();
    }

    @Test
    void withoutThresholdsItStartsAndTakesThemOnTheSignal() throws IOException {
        Files.delete(thresholds);
        Alerts alerts = start();
        assertThat(log.lines("WARN")).singleElement().asString().contains("there are no limits", "send SIGUSR1");
        load = 2000;
        look();
        assertThat(sent).isEmpty();
        Files.writeString(thresholds, "load=1000");
        alerts.signal(usr1());
        assertThat(sent).hasSize(1);
    }

    @Test
    void aTextThatIsTooLongIsCutAndTheNextIsTold() throws IOException {
        start();
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.UNKNOWN, "\u00e4".repeat(300));
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.UNKNOWN, "next");
        look();
        assertThat(sent).hasSize(2);
        assertThat(sent.get(0)).endsWith("\u00e4").doesNotContain("\ufffd");
        assertThat(sent.get(1)).endsWith("next");
    }

    @Test
    void aHistoryThatHasDroppedItsBeginningIsGoneOnWith() throws IOException {
        happened(RebootHistory.Event.BOOT, RebootHistory.Cause.ORDERLY, "");
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.UNKNOWN, "before");
        start();
        look();
        history.remove(0);
        happened(RebootHistory.Event.RUNG, RebootHistory.Cause.UNKNOWN, "after");
        look();
        assertThat(sent)
                .containsExactly(
                        "9 watchdog RUNG 1970-01-01T00:00:00Z before", "9 watchdog RUNG 1970-01-01T00:00:00Z after");
    }

    @Test
    void withoutAFileOfThresholdsItSaysWhatIsMissing() {
        thresholds = null;
        assertThatThrownBy(this::start).hasMessage("there are no \"thresholds\": name the file with the limits");
    }

    @Test
    void anIntervalOfNothingIsRefused() {
        for (int wrong : new int[] {0, -1}) {
            interval = wrong;
            assertThatThrownBy(this::start).hasMessage("intervalSeconds is " + wrong + ", and it must be 1 or more");
        }
    }
}
