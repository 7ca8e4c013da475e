// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import static io.callgate.itests.lab.GpioBench.IN;
import static io.callgate.itests.lab.GpioBench.line;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.LineSettings;
import io.callgate.itests.harness.Await;
import io.callgate.itests.lab.GpioBench.Chip;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Edges. Methods have the names of the cases that they take over from libgpiod's tests-edge-event. */
@LabTest
@ExtendWith(GpioBench.Resolver.class)
class ChardevEdgeLabTest {

    /** Edges as fast as the simulator gives them: a few thousand here, more in a soak. */
    private static final int EDGES = Integer.getInteger("callgate.edges", 5_000);

    private static final Duration LONG = Duration.ofMinutes(10);
    private static final LineSettings BOTH = IN.withEdges(EdgeDetection.BOTH);

    private final GpioOwner owner = new GpioOwner();

    @Test
    void edge_event_wait_timeout(GpioBench bench) throws Exception {
        Chip chip = bench.chip(4);
        bench.request(chip, owner, 0, line(1, BOTH), line(2, BOTH));
        chip.sim().pull(3, true); // somebody else's line
        chip.sim().pull(2, true); // what happened before would be told before
        assertThat(owner.edges(1)).extracting(Edge::offset).containsExactly(2);
    }

    @Test
    void read_both_events(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, owner, 0, line(2, BOTH));
        long before = System.nanoTime();
        chip.sim().pull(2, true);
        owner.edges(1);
        chip.sim().pull(2, false);
        List<Edge> edges = owner.edges(2);
        assertThat(edges).extracting(Edge::level).containsExactly(Level.ACTIVE, Level.INACTIVE);
        assertThat(edges).extracting(Edge::offset).containsExactly(2, 2);
        assertThat(edges).extracting(Edge::name).containsExactly("bench", "bench");
        assertThat(before)
                .as("CLOCK_MONOTONIC is System.nanoTime")
                .isLessThan(edges.get(0).timestampNanos());
        assertThat(edges.get(0).timestampNanos()).isLessThan(edges.get(1).timestampNanos());
        assertThat(edges.get(1).timestampNanos()).isLessThan(System.nanoTime());
    }

    @Test
    void read_rising_edge_event(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, owner, 0, line(6, IN.withEdges(EdgeDetection.RISING)));
        pulses(chip, 6, 2);
        assertThat(owner.edges(2)).extracting(Edge::level).containsOnly(Level.ACTIVE);
    }

    @Test
    void read_falling_edge_event(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, owner, 0, line(6, IN.withEdges(EdgeDetection.FALLING)));
        pulses(chip, 6, 2);
        assertThat(owner.edges(2)).extracting(Edge::level).containsOnly(Level.INACTIVE);
    }

    @Test
    void read_rising_edge_event_of_an_active_low_line(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        chip.sim().pull(6, true);
        bench.request(chip, owner, 0, line(6, IN.withEdges(EdgeDetection.RISING).withActiveLow(true)));
        chip.sim().pull(6, false);
        assertThat(owner.edges(1)).extracting(Edge::level).containsExactly(Level.ACTIVE);
    }

    private void pulses(Chip chip, int offset, int count) throws IOException {
        for (int i = 1; i <= count; i++) {
            chip.sim().pull(offset, true);
            chip.sim().pull(offset, false);
            owner.edges(i);
        }
    }

    @Test
    void seqno(GpioBench bench) throws Exception {
        Chip chip = bench.chip(8);
        bench.request(chip, owner, 0, line(2, BOTH), line(4, BOTH));
        int count = 0;
        for (int offset : List.of(2, 4, 2)) {
            chip.sim().pull(offset, !chip.sim().value(offset));
            owner.edges(++count);
        }
        assertThat(owner.edges()).extracting(Edge::offset).containsExactly(2, 4, 2);
        assertThat(owner.edges()).extracting(Edge::sequence).containsExactly(1L, 2L, 3L);
        assertThat(owner.edges()).extracting(Edge::lineSequence).containsExactly(1L, 1L, 2L);
    }

    @Test
    void event_clock_realtime(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        bench.request(chip, owner, 0, line(0, BOTH.withClock(EventClock.REALTIME)));
        chip.sim().pull(0, true);
        Edge edge = owner.edges(1).get(0);
        assertThat(edge.clock()).isEqualTo(EventClock.REALTIME);
        long distance = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(edge.timestampNanos());
        assertThat(distance).as("nanoseconds since 1970").isBetween(0L, LONG.toMillis());
    }

    @Test
    void a_debounced_line_tells_what_stays(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        bench.request(chip, owner, 0, line(0, BOTH.withDebounce(Duration.ofMillis(200))));
        chip.sim().pull(0, true);
        assertThat(owner.edges(1)).extracting(Edge::level).containsExactly(Level.ACTIVE);
    }

    @Test
    void edges_begin_in_place(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        LineRequest request = bench.request(chip, owner, 0, line(0, IN));
        chip.sim().pull(0, true);
        request.reconfigure(List.of(line(0, BOTH)));
        chip.sim().pull(0, false);
        assertThat(owner.edges(1)).extracting(Edge::level).containsExactly(Level.INACTIVE);
    }

    /**
     * With several lines the kernel numbers edges in the interrupt: each is told, or is missing in the numbers. Its thread
     * looks at level and number later, and merges what came meanwhile: that is the kernel's loss, and is told as such. It
     * may also tell one number twice, or take a second one for an edge (edge_irq_thread in gpiolib-cdev.c), so that a few
     * more are told than there were; never fewer.
     */
    @Test
    void every_edge_is_delivered_or_counted_as_lost(GpioBench bench) throws Exception {
        Chip chip = bench.chip(2);
        bench.request(chip, owner, 1024, line(0, BOTH), line(1, BOTH));
        toggle(chip, 0, EDGES);
        Await.until("all edges", LONG, () -> owner.accounted() >= EDGES);
        assertThat(owner.accounted() - EDGES)
                .as("told twice")
                .isLessThan(5 + EDGES / 10); // 0 to 3 in a hundred, by load
        List<Edge> edges = owner.edges();
        for (int i = 1; i < edges.size(); i++) {
            assertThat(edges.get(i).sequence())
                    .isGreaterThanOrEqualTo(edges.get(i - 1).sequence());
            assertThat(edges.get(i).lineSequence())
                    .isGreaterThan(edges.get(i - 1).lineSequence());
            assertThat(edges.get(i).timestampNanos())
                    .isGreaterThanOrEqualTo(edges.get(i - 1).timestampNanos());
        }
    }

    /** With one line the kernel numbers what it queues: its own count is the witness. */
    @Test
    void every_event_that_the_kernel_queued_is_delivered_or_counted_as_lost(GpioBench bench) throws Exception {
        Chip chip = bench.chip(1);
        try (KernelCalls calls = KernelCalls.of("linereq_put_event")) {
            bench.request(chip, owner, 64, line(0, BOTH));
            toggle(chip, 0, Math.min(EDGES, 5_000));
            long queued = queued(calls);
            Await.until("all that the kernel queued", LONG, () -> owner.accounted() == queued);
            assertThat(last().sequence()).isEqualTo(queued);
            ordered(owner.edges());
        }
    }

    /** The interrupt's thread may still be at work. */
    private static long queued(KernelCalls calls) throws IOException {
        long[] count = {-1};
        Await.until("the kernel's last event", LONG, () -> {
            long before = count[0];
            count[0] = calls.seen().size();
            return count[0] == before;
        });
        return count[0];
    }

    private Edge last() {
        List<Edge> edges = owner.edges();
        return edges.isEmpty()
                ? new Edge("", -1, Level.INACTIVE, 0, EventClock.MONOTONIC, 0, 0, 0)
                : edges.get(edges.size() - 1);
    }

    private static void ordered(List<Edge> edges) {
        for (int i = 1; i < edges.size(); i++) {
            Edge before = edges.get(i - 1);
            Edge edge = edges.get(i);
            assertThat(edge.sequence()).isEqualTo(before.sequence() + 1 + edge.lost());
            assertThat(edge.timestampNanos()).isGreaterThanOrEqualTo(before.timestampNanos());
        }
    }

    /** From the low level on, which a new chip has. */
    private static void toggle(Chip chip, int offset, int times) throws IOException {
        ByteBuffer[] words = {word("pull-up"), word("pull-down")};
        try (FileChannel pull = FileChannel.open(chip.sim().pullFile(offset), StandardOpenOption.WRITE)) {
            for (int i = 0; i < times; i++) {
                pull.write(words[i % 2].rewind(), 0);
            }
        }
    }

    private static ByteBuffer word(String text) {
        return ByteBuffer.wrap(text.getBytes(US_ASCII));
    }
}
