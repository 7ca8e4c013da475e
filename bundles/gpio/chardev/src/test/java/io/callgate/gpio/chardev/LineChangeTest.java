// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Bias;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineChange.Kind;
import io.callgate.gpio.LineChangeListener;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who takes and releases lines is told to those who want to know, and watched for them alone. */
class LineChangeTest {

    private final FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 4).line(1, "LED");
    private final Gateway gateway = new Gateway();
    private final List<LineChange> told = new ArrayList<>();
    private final LineChangeListener listener = told::add;
    private long id;

    @BeforeEach
    void start() throws Exception {
        gateway.plug(fake).start();
    }

    private Map<String, Object> listen(LineChangeListener who, Map<String, ?> filter) {
        Map<String, Object> properties = new HashMap<>(filter);
        properties.put("service.id", id++);
        gateway.backend.add(who, properties);
        return properties;
    }

    @Test
    void nobodyListensSoNothingIsWatched() {
        fake.hold(1, "gpioset");
        assertThat(fake.done()).isEmpty();
    }

    @Test
    void whatHappensToALineIsTold() throws Exception {
        listen(listener, Map.of());
        LineRequest request = gateway.chip().request(RequestConfig.of("lamp", 1, LineSettings.output()), new Owner());
        request.reconfigure(
                List.of(new RequestConfig.Line(1, LineSettings.output().withBias(Bias.PULL_UP))));
        request.close();
        gateway.kernel.turn();
        assertThat(told.stream().map(LineChange::kind))
                .containsExactly(Kind.REQUESTED, Kind.RECONFIGURED, Kind.RELEASED);
        assertThat(told.get(0).line().name()).isEqualTo("LED");
        assertThat(told.get(0).line().consumer()).isEqualTo("callgate:lamp");
        assertThat(told.get(1).line().settings().bias()).isEqualTo(Bias.PULL_UP);
        assertThat(told.get(2).line().used()).isFalse();
        assertThat(told.get(2).timestampNanos()).isGreaterThan(told.get(0).timestampNanos());
        assertThat(told).allMatch(change -> change.lost() == 0);
    }

    @Test
    void onlyLinesThatSomebodyWantsAreWatched() {
        Map<String, Object> first = listen(listener, Map.of("gpio.chip", "gpiochip0", "gpio.offset", 1));
        assertThat(fake.done()).containsExactly("watch 1");
        Map<String, Object> second =
                listen(change -> {}, Map.of("gpio.label", List.of("x", "lab-gpio"), "gpio.offset", new int[] {1, 3}));
        assertThat(fake.done()).containsExactly("watch 3");
        listen(change -> {}, Map.of("gpio.label", "another"));
        listen(change -> {}, Map.of("gpio.chip", "gpiochip1", "gpio.label", "lab-gpio"));
        gateway.backend.remove(listener, first);
        assertThat(fake.done()).isEmpty();
        gateway.backend.remove(null, second);
        assertThat(fake.done()).containsExactly("unwatch 1", "unwatch 3");
    }

    @Test
    void aListenerIsToldOfItsOwnLines() {
        listen(listener, Map.of("gpio.offset", List.of(2)));
        List<LineChange> all = new ArrayList<>();
        listen(all::add, Map.of());
        fake.hold(1, "gpioset");
        fake.hold(2, "gpiomon");
        gateway.kernel.turn();
        assertThat(told.stream().map(change -> change.line().offset())).containsExactly(2);
        assertThat(all.stream().map(change -> change.line().offset())).containsExactly(1, 2);
    }

    @Test
    void aListenerMayWantOtherLinesLater() {
        Map<String, Object> properties = listen(listener, Map.of("gpio.offset", 1));
        fake.done();
        Map<String, Object> other = new HashMap<>(properties);
        other.put("gpio.offset", 2);
        gateway.backend.updated(listener, other);
        assertThat(fake.done()).containsExactly("unwatch 1", "watch 2");
    }

    @Test
    void aChipThatComesLaterIsWatchedToo() {
        listen(listener, Map.of("gpio.offset", 0));
        FakeChip later = new FakeChip("gpiochip1", "later", 2);
        gateway.plug(later);
        assertThat(later.done()).containsExactly("watch 0");
    }

    @Test
    void whatASlowListenerHadNoRoomForIsCounted() {
        listen(listener, Map.of());
        gateway.dispatcher.hold();
        for (int i = 0; i < ChangeListeners.BACKLOG + 5; i++) {
            fake.hold(1, "holder " + i);
            gateway.kernel.turn();
        }
        gateway.dispatcher.run();
        fake.hold(1, "last");
        gateway.kernel.turn();
        assertThat(told).hasSize(ChangeListeners.BACKLOG + 2);
        assertThat(told.get(ChangeListeners.BACKLOG).lost())
                .as("the newest came")
                .isEqualTo(4);
        assertThat(told.get(ChangeListeners.BACKLOG + 1).lost()).isZero();
    }

    @Test
    void aKernelBufferThatWasFullIsNotPassedOverInSilence() {
        listen(listener, Map.of());
        for (int i = 0; i < Uapi.LINE_INFO_CHANGES + 3; i++) {
            fake.hold(1, "holder " + i);
        }
        gateway.kernel.turn();
        fake.hold(1, "last");
        gateway.kernel.turn();
        assertThat(told).hasSize(Uapi.LINE_INFO_CHANGES + 1);
        assertThat(told.get(Uapi.LINE_INFO_CHANGES).lost()).isEqualTo(1);
        fake.hold(1, "next");
        gateway.kernel.turn();
        assertThat(told.get(Uapi.LINE_INFO_CHANGES + 1).lost()).isZero();
    }
}
