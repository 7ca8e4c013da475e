// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.GpioChip;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineBusyException;
import io.callgate.gpio.LineChange;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestConfig.Line;
import io.callgate.gpio.RequestEndedException;
import io.callgate.gpio.UnsupportedSettingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A backend or an owner that is updated leaves its lines to its successor, and nobody outside sees it. */
class HandoverTest {

    private static final LineSettings OUT =
            LineSettings.output().withInitial(Level.ACTIVE).withSafe(Level.INACTIVE);
    private static final LineSettings BOTH = LineSettings.input().withEdges(EdgeDetection.BOTH);

    private final FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 8);
    private final Gateway gateway = new Gateway();
    private final Owner owner = new Owner();

    @BeforeEach
    void start() throws Exception {
        gateway.plug(fake).start();
    }

    private LineRequest request(String name, Line... lines) throws Exception {
        return gateway.chip().request(new RequestConfig(name, List.of(lines), 0), owner);
    }

    private void update() throws Exception {
        gateway.stop();
        gateway.start();
    }

    @Test
    void aBackendThatStopsTellsItsOwnersAndTakesItsServiceAway() throws Exception {
        LineRequest request = request("lamp", new Line(1, OUT));
        fake.done();
        gateway.stop();
        assertThat(owner.ends).containsExactly("left");
        assertThat(gateway.registry.services(GpioChip.class)).isEmpty();
        assertThat(fake.done()).isEmpty();
        assertThat(gateway.kernel.openDescriptors()).containsExactly("gpiochip0 line 1");
        assertThat(gateway.kernel.registrations()).as("the handover's timer").isEqualTo(1);
        assertThatThrownBy(() -> request.set(1, 1)).isInstanceOf(RequestEndedException.class);
        request.close();
        assertThat(fake.isUsed(1)).isTrue();
    }

    @Test
    void theSuccessorTakesTheLinesWithoutAnIoctl() throws Exception {
        request("lamp", new Line(1, OUT), new Line(2, OUT)).set(0b11, 0b10);
        List<LineChange> changes = new ArrayList<>();
        fake.done();
        for (int round = 0; round < 3; round++) {
            gateway.stop();
            gateway.start();
            gateway.backend.add(changes::add, Map.of("service.id", 1L));
            fake.done();
            LineRequest next = request("lamp", new Line(1, OUT), new Line(2, OUT));
            assertThat(next.takenOver()).isTrue();
            gateway.kernel.turn();
            assertThat(fake.done()).isEmpty();
            assertThat(next.levels(0b11)).isEqualTo(0b10);
        }
        assertThat(changes).isEmpty();
        gateway.kernel.advance(Duration.ofSeconds(10));
        assertThat(fake.isUsed(1)).isTrue();
    }

    @Test
    void anOwnerThatIsUpdatedLeavesThemToItsSuccessor() throws Exception {
        LineRequest request = request("lamp", new Line(1, OUT));
        request.set(1, 0);
        fake.done();
        request.leave();
        LineRequest next = request("lamp", new Line(1, OUT));
        assertThat(next.takenOver()).isTrue();
        assertThat(fake.done()).isEmpty();
        assertThat(owner.ends).isEmpty();
        next.set(1, 1);
        assertThat(fake.done()).containsExactly("set 1 high");
        next.close();
        assertThat(fake.done()).containsExactly("set 1 low", "release");
    }

    @Test
    void otherSettingsAreAppliedInPlaceAndTheLevelStays() throws Exception {
        request("lamp", new Line(1, OUT), new Line(2, BOTH)).set(0b01, 0);
        update();
        fake.done();
        LineRequest next = request("lamp", new Line(1, OUT.withBias(Bias.PULL_DOWN)), new Line(2, BOTH));
        assertThat(next.takenOver()).isTrue();
        assertThat(fake.done()).containsExactly("configure", "set 1 low");
        assertThat(gateway.chip().info(1).settings().bias()).isEqualTo(Bias.PULL_DOWN);
    }

    @Test
    void settingsThatTheKernelRefusesReleaseInOrder() throws Exception {
        request("lamp", new Line(1, OUT), new Line(2, LineSettings.input()));
        update();
        fake.withoutInterrupts();
        assertThatThrownBy(() -> request("lamp", new Line(1, OUT), new Line(2, BOTH)))
                .isInstanceOf(UnsupportedSettingException.class);
        assertThat(fake.isUsed(1)).isFalse();
        assertThat(fake.high(1)).as("its safe level").isFalse();
    }

    @Test
    void nobodyTakesThem() throws Exception {
        request("lamp", new Line(1, OUT), new Line(2, LineSettings.output()), new Line(3, OUT.withSafe(Level.ACTIVE)));
        gateway.stop();
        fake.done();
        gateway.kernel.advance(Duration.ofMillis(1999));
        assertThat(fake.done()).isEmpty();
        gateway.kernel.advance(Duration.ofMillis(1));
        assertThat(fake.done()).containsExactly("set 1 low", "set 3 high", "release");
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
    }

    @Test
    void linesWithoutASafeLevelStayAsTheyAreAndAreReleased() throws Exception {
        request("lamp", new Line(2, LineSettings.output().withInitial(Level.ACTIVE)));
        gateway.stop();
        fake.done();
        gateway.kernel.endKept();
        assertThat(fake.done()).containsExactly("release");
    }

    @Test
    void aRequestOfAnotherNameOrBufferIsNotItsSuccessor() throws Exception {
        request("lamp", new Line(1, OUT)).leave();
        fake.done();
        assertThat(request("heater", new Line(1, OUT)).takenOver()).isFalse();
        assertThat(fake.done()).containsExactly("set 1 low", "release", "set 1 high", "request");

        RequestConfig small = new RequestConfig("door", List.of(new Line(4, BOTH)), 4);
        RequestConfig large = new RequestConfig("door", List.of(new Line(4, BOTH)), 64);
        gateway.chip().request(small, owner).leave();
        assertThat(gateway.chip().request(large, owner).takenOver()).isFalse();
    }

    @Test
    void otherLinesWaitForTheHandoverToEnd() throws Exception {
        request("lamp", new Line(1, OUT), new Line(2, OUT)).leave();
        assertThatThrownBy(() -> request("lamp", new Line(1, OUT)))
                .isInstanceOf(LineBusyException.class)
                .hasMessageContaining("held by lamp of this gateway");
        gateway.kernel.advance(Duration.ofSeconds(2));
        assertThat(request("lamp", new Line(1, OUT)).takenOver()).isFalse();
    }

    @Test
    void sequenceNumbersGoOn() throws Exception {
        request("door", new Line(1, BOTH), new Line(2, BOTH));
        fake.pull(1, true);
        fake.pull(2, true);
        gateway.kernel.turn();
        gateway.stop();
        fake.pull(1, false); // waits in the kernel
        gateway.start();
        assertThat(request("door", new Line(1, BOTH), new Line(2, BOTH)).takenOver())
                .isTrue();
        gateway.kernel.turn();
        fake.pull(2, false);
        gateway.kernel.turn();
        assertThat(owner.edges().stream().map(Edge::sequence)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(owner.edges().stream().map(Edge::lineSequence)).containsExactly(1L, 1L, 2L, 2L);
        assertThat(owner.edges()).allMatch(edge -> edge.lost() == 0);
    }

    @Test
    void lossDuringTheHandoverIsCounted() throws Exception {
        request("door", new Line(1, BOTH));
        fake.pull(1, true);
        gateway.kernel.turn();
        gateway.stop();
        for (int i = 0; i < 20; i++) {
            fake.pull(1, i % 2 == 1);
        }
        gateway.start();
        request("door", new Line(1, BOTH));
        gateway.kernel.turn();
        assertThat(owner.edges()).hasSize(17);
        assertThat(owner.edges().get(1).lost()).isEqualTo(4);
    }

    @Test
    void aChipThatCameBackMeanwhileHasNewLines() throws Exception {
        request("lamp", new Line(1, LineSettings.output()));
        gateway.stop();
        fake.remove();
        gateway.kernel.remove("/dev/gpiochip0");
        gateway.kernel.unplug(fake.device());
        FakeChip next = new FakeChip("gpiochip0", "lab-gpio", 8);
        gateway.plug(next).start();
        assertThat(request("lamp", new Line(1, LineSettings.output())).takenOver())
                .isFalse();
        assertThat(next.isUsed(1)).isTrue();
        assertThat(gateway.kernel.openDescriptors()).containsExactlyInAnyOrder("/dev/gpiochip0", "gpiochip0 line 1");
    }

    @Test
    void afterManyUpdatesNothingIsLeftBehind() throws Exception {
        for (int round = 0; round < 50; round++) {
            request("lamp", new Line(1, OUT));
            request("door", new Line(2, BOTH));
            update();
        }
        LineRequest lamp = request("lamp", new Line(1, OUT));
        LineRequest door = request("door", new Line(2, BOTH));
        assertThat(fake.done()).filteredOn("request"::equals).hasSize(2);
        lamp.close();
        door.close();
        gateway.stop();
        assertThat(gateway.kernel.openDescriptors()).isEmpty();
        assertThat(gateway.kernel.registrations()).isZero();
        assertThat(gateway.kernel.kept()).isEmpty();
        assertThat(gateway.dispatcher.lanes()).isZero();
    }
}
