// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.linux.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeTest {

    private static final int LINE = Gateway.BASE + 3;

    @TempDir
    private Path folder;

    private Gateway gateway;
    private FakeBoard board;

    @BeforeEach
    void start() throws IOException {
        gateway = new Gateway(folder);
        board = gateway.board;
    }

    @AfterEach
    void nothingFailedInALane() {
        assertThat(gateway.dispatcher.failures()).isEmpty();
    }

    private LineRequest request(EdgeDetection edges) throws IOException {
        return gateway.request("door", 3, LineSettings.input().withEdges(edges));
    }

    private List<Level> levels() {
        return gateway.owner.edges().stream().map(Edge::level).toList();
    }

    @Test
    void edgesAreToldInOrderWithTheTimeTheyWereObserved() throws IOException {
        long before = System.nanoTime();
        request(EdgeDetection.BOTH);
        board.pull(LINE, true);
        board.pull(LINE, false);
        assertThat(levels()).containsExactly(Level.ACTIVE, Level.INACTIVE);
        Edge second = gateway.owner.edges().get(1);
        assertThat(second.name()).isEqualTo("door");
        assertThat(second.offset()).isEqualTo(3);
        assertThat(second.clock()).isEqualTo(EventClock.OBSERVED);
        assertThat(second.timestampNanos()).isBetween(before, System.nanoTime());
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(second.lineSequence()).isEqualTo(2);
        assertThat(second.lost()).isZero();
    }

    @Test
    void aRequestAloneTellsNothing() throws IOException {
        board.pull(LINE, true);
        request(EdgeDetection.BOTH);
        board.kernel.turn();
        assertThat(gateway.owner.edges()).isEmpty();
    }

    @Test
    void theClockMonotonicIsTakenAndNotPretended() throws IOException {
        gateway.request(
                "door", 3, LineSettings.input().withEdges(EdgeDetection.BOTH).withClock(EventClock.MONOTONIC));
        board.pull(LINE, true);
        assertThat(gateway.owner.edges())
                .singleElement()
                .extracting(Edge::clock)
                .isEqualTo(EventClock.OBSERVED);
    }

    @Test
    void aRisingEdgeLedToActiveWhateverTheLineIsByNow() throws IOException {
        request(EdgeDetection.RISING);
        board.spike(LINE);
        assertThat(levels()).containsExactly(Level.ACTIVE);
        board.pull(LINE, false);
        assertThat(levels()).hasSize(1);
    }

    @Test
    void aFallingEdgeOfAnActiveLowLineIsARisingVoltage() throws IOException {
        gateway.request("door", 3, LineSettings.input().withActiveLow(true).withEdges(EdgeDetection.FALLING));
        board.pull(LINE, true);
        assertThat(levels()).containsExactly(Level.INACTIVE);
    }

    @Test
    void edgesThatTheKernelMergedAreOneWithTheLevelThatIsThere() throws IOException {
        request(EdgeDetection.BOTH);
        board.spike(LINE);
        assertThat(levels()).containsExactly(Level.INACTIVE);
        assertThat(gateway.owner.edges().get(0).lost())
                .as("how many they were, nobody knows")
                .isZero();
    }

    @Test
    void anEdgeWhoseLevelCannotBeReadIsCountedAsLost() throws IOException {
        request(EdgeDetection.BOTH);
        board.kernel.fail("pread", board.file(LINE, "value"), Errno.EIO);
        board.pull(LINE, true);
        assertThat(gateway.owner.edges()).isEmpty();
        board.kernel.mend("pread", board.file(LINE, "value"));
        board.pull(LINE, false);
        Edge next = gateway.owner.edges().get(0);
        assertThat(next.lost()).isPositive();
        assertThat(next.sequence()).isEqualTo(next.lost() + 1);
        assertThat(gateway.log.lines("WARN")).singleElement().asString().contains("counts as lost");
    }

    @Test
    void theLinesOfAGroupCountTheirOwnEdges() throws IOException {
        LineSettings both = LineSettings.input().withEdges(EdgeDetection.BOTH);
        List<RequestConfig.Line> lines = List.of(new RequestConfig.Line(3, both), new RequestConfig.Line(5, both));
        gateway.chip().request(new RequestConfig("doors", lines, 0), gateway.owner);
        board.pull(LINE, true);
        board.pull(LINE + 2, true);
        board.pull(LINE, false);
        assertThat(gateway.owner.edges()).extracting(Edge::offset).containsExactly(3, 5, 3);
        assertThat(gateway.owner.edges()).extracting(Edge::sequence).containsExactly(1L, 2L, 3L);
        assertThat(gateway.owner.edges()).extracting(Edge::lineSequence).containsExactly(1L, 1L, 2L);
    }

    @Test
    void theValueIsNotReadOnTheEventLoop() throws IOException {
        request(EdgeDetection.BOTH);
        gateway.dispatcher.hold();
        board.pull(LINE, true);
        board.kernel.turn();
        assertThat(gateway.owner.edges()).isEmpty();
        assertThat(board.kernel.registrations())
                .as("not asked again meanwhile: the sweep alone is left")
                .isOne();
        gateway.dispatcher.run();
        assertThat(levels()).containsExactly(Level.ACTIVE);
    }

    @Test
    void afterTheEndNothingIsTold() throws IOException {
        LineRequest request = request(EdgeDetection.BOTH);
        gateway.dispatcher.hold();
        board.pull(LINE, true);
        request.close();
        gateway.dispatcher.run();
        assertThat(gateway.owner.edges()).isEmpty();
    }

    @Test
    void edgesCanBeSwitchedOff() throws IOException {
        LineRequest request = request(EdgeDetection.BOTH);
        request.reconfigure(List.of(new RequestConfig.Line(3, LineSettings.input())));
        board.pull(LINE, true);
        assertThat(gateway.owner.edges()).isEmpty();
        request.reconfigure(
                List.of(new RequestConfig.Line(3, LineSettings.input().withEdges(EdgeDetection.FALLING))));
        board.pull(LINE, false);
        assertThat(levels()).containsExactly(Level.INACTIVE);
    }
}
