// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestConfig.Line;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Edges reach their owner, in order, and none is lost in silence. */
class EdgeTest {

    private static final LineSettings BOTH = LineSettings.input().withEdges(EdgeDetection.BOTH);

    private final FakeChip fake = new FakeChip("gpiochip0", "lab-gpio", 8);
    private final Gateway gateway = new Gateway();
    private final Owner owner = new Owner();

    @BeforeEach
    void start() throws Exception {
        gateway.plug(fake).start();
    }

    private LineRequest request(int buffer, Line... lines) throws Exception {
        return gateway.chip().request(new RequestConfig("door", List.of(lines), buffer), owner);
    }

    private void toggle(int offset, int times) {
        for (int i = 0; i < times; i++) {
            fake.pull(offset, !fake.high(offset));
        }
    }

    @Test
    void anEdgeIsAsTheKernelSawIt() throws Exception {
        request(
                0,
                new Line(3, BOTH),
                new Line(5, BOTH.withClock(EventClock.REALTIME).withActiveLow(true)));
        fake.pull(3, true);
        fake.pull(5, true);
        fake.pull(3, false);
        gateway.kernel.turn();
        assertThat(owner.batches).hasSize(1);
        long first = owner.edges().get(0).timestampNanos();
        assertThat(owner.edges())
                .containsExactly(
                        new Edge("door", 3, Level.ACTIVE, first, EventClock.MONOTONIC, 1, 1, 0),
                        new Edge("door", 5, Level.INACTIVE, first + 1, EventClock.REALTIME, 2, 1, 0),
                        new Edge("door", 3, Level.INACTIVE, first + 2, EventClock.MONOTONIC, 3, 2, 0));
    }

    @Test
    void nothingIsToldBeforeTheRequestIsThere() throws Exception {
        request(0, new Line(3, BOTH));
        assertThat(owner.batches).isEmpty();
        gateway.kernel.turn();
        assertThat(owner.batches).isEmpty();
    }

    @Test
    void edgesThatTheKernelDroppedAreCounted() throws Exception {
        request(4, new Line(3, BOTH));
        toggle(3, 3);
        gateway.kernel.turn();
        toggle(3, 10);
        gateway.kernel.turn();
        toggle(3, 1);
        gateway.kernel.turn();
        assertThat(owner.edges().stream().map(Edge::sequence)).containsExactly(1L, 2L, 3L, 10L, 11L, 12L, 13L, 14L);
        assertThat(owner.edges().stream().map(Edge::lost)).containsExactly(0L, 0L, 0L, 6L, 0L, 0L, 0L, 0L);
    }

    @Test
    void lossOfALineThatIsSilentAfterwardsIsCountedWithTheOther() throws Exception {
        request(4, new Line(3, BOTH), new Line(5, BOTH));
        toggle(3, 2);
        toggle(5, 4);
        gateway.kernel.turn();
        assertThat(owner.edges().get(0).lost()).isEqualTo(2);
        assertThat(owner.edges().get(0).lineSequence()).isEqualTo(1);
    }

    @Test
    void aFullKernelBufferIsOneBatch() throws Exception {
        request(1024, new Line(3, BOTH));
        toggle(3, 1024);
        gateway.kernel.turn();
        assertThat(owner.batches).hasSize(1);
        assertThat(owner.edges().stream().map(Edge::sequence))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 1024).boxed().toList());
    }

    @Test
    void anOvertakenEdgeIsNotCountedTwice() {
        Sequences sequences = new Sequences(2);
        assertThat(after(sequences, 1)).isZero();
        assertThat(after(sequences, 3)).isEqualTo(1);
        assertThat(after(sequences, 2)).isZero();
        assertThat(after(sequences, 6)).as("two are missing, one was told").isEqualTo(1);
        assertThat(after(sequences, 8)).isEqualTo(1);
    }

    private static long after(Sequences sequences, int seqno) {
        sequences.next(seqno);
        return sequences.lost();
    }

    @Test
    void numbersGoOnWhereTheKernelsBeginAgain() {
        Sequences sequences = Sequences.parse("4294967294,4294967294,0,4294967295");
        assertThat(sequences.next(-1)).isEqualTo(4294967295L);
        assertThat(sequences.next(0)).isEqualTo(4294967296L);
        assertThat(sequences.next(3)).isEqualTo(4294967299L);
        assertThat(sequences.lost()).isEqualTo(2);
        assertThat(sequences.nextOfLine(0, 1)).isEqualTo(4294967297L);
        assertThat(sequences.text()).isEqualTo("4294967299,4294967297,2,4294967297");
    }

    @Test
    void edgesBeginAndEndInPlace() throws Exception {
        LineRequest request = request(0, new Line(3, LineSettings.input()));
        toggle(3, 1);
        gateway.kernel.turn();
        request.reconfigure(List.of(new Line(3, BOTH)));
        toggle(3, 1);
        gateway.kernel.turn();
        request.reconfigure(List.of(new Line(3, BOTH.withEdges(EdgeDetection.RISING))));
        toggle(3, 2);
        gateway.kernel.turn();
        request.reconfigure(List.of(new Line(3, LineSettings.input())));
        toggle(3, 2);
        gateway.kernel.turn();
        assertThat(owner.edges().stream().map(Edge::level)).containsExactly(Level.INACTIVE, Level.ACTIVE);
    }

    @Test
    void anOwnerMayCloseWhenItIsTold() throws Exception {
        LineRequest[] request = new LineRequest[1];
        Owner closing = new Owner() {
            @Override
            public void edges(List<Edge> batch) {
                request[0].close();
                super.edges(batch);
            }
        };
        request[0] = gateway.chip().request(RequestConfig.of("door", 3, BOTH), closing);
        toggle(3, 1);
        gateway.kernel.turn();
        toggle(3, 1);
        gateway.kernel.turn();
        assertThat(closing.edges()).hasSize(1);
        assertThat(fake.isUsed(3)).isFalse();
    }

    @Test
    void aChipThatHangsUpIsToldOnce() throws Exception {
        request(0, new Line(3, BOTH));
        toggle(3, 2);
        fake.remove();
        gateway.kernel.turn();
        gateway.kernel.turn();
        assertThat(owner.ends).hasSize(1);
        assertThat(owner.ends.get(0)).startsWith("gone: ").contains("ENODEV");
        assertThat(fake.done()).filteredOn("release"::equals).hasSize(1);
    }
}
