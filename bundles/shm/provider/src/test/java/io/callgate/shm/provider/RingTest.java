// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ring in plain memory, with producers that die at every step of a claim, as a fake /proc tells. */
class RingTest {

    private static final int CAPACITY = 4096;
    private static final int DEAD_PID = 4711;
    private static final long DEAD = 99L << 22 | DEAD_PID;

    @TempDir
    Path proc;

    private Processes processes;
    private ByteBuffer memory;
    private RingMemory ring;
    private RingReader reader;
    private final AtomicInteger bell = new AtomicInteger();
    private final List<Integer> read = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        process(ProcessHandle.current().pid(), 'R', 7);
        processes = new Processes(proc);
    }

    private void process(long pid, char state, long start) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Files.writeString(
                folder.resolve("stat"), pid + " (a ) name) " + state + " 1".repeat(18) + " " + start + " 1 1\n");
    }

    private void make(RingKind kind) {
        int bytes = (int) Layout.ringBytes(Layout.PAGE, CAPACITY);
        memory = ByteBuffer.allocateDirect(bytes + Layout.PAGE)
                .alignedSlice(Layout.PAGE)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder());
        SharedFiles.format(memory, new SharedFile.Header(Layout.kind(kind), Layout.PAGE, CAPACITY));
        ring = new RingMemory(memory, kind, Layout.PAGE, CAPACITY, RingGoneException::new);
        reader = new RingReader(ring);
    }

    private RingWriter writer(int slot, long owner) {
        ring.owner(slot, ring.owner(slot), owner);
        return new RingWriter(ring, slot, bell::incrementAndGet);
    }

    private void write(RingWriter writer, int type, int length) throws RingGoneException {
        assertThat(writer.claim(type, length)).isTrue();
        for (int i = 0; i < length; i++) {
            writer.bytes().put((byte) type);
        }
        writer.commit();
    }

    private int poll() throws RingGoneException {
        return reader.poll(
                message -> {
                    for (byte each : message.copy()) {
                        assertThat(each).isEqualTo((byte) message.type());
                    }
                    read.add(message.type());
                },
                100);
    }

    private Releaser releaser(boolean strangers, long nanos) {
        return new Releaser(ring, processes, strangers, nanos);
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfAnyLengthGoRoundAndRound(RingKind kind) throws Exception {
        make(kind);
        RingWriter writer = writer(0, processes.self());
        Random random = new Random(1);
        List<Integer> sent = new ArrayList<>();
        for (int type = 1; type < 20_000; type++) {
            int length = random.nextInt(CAPACITY / 8 + 1);
            while (!writer.claim(type, length)) {
                poll();
            }
            for (int i = 0; i < length; i++) {
                writer.bytes().put((byte) type);
            }
            if (type % 7 == 0) {
                writer.abort();
            } else {
                writer.commit();
                sent.add(type);
            }
        }
        while (poll() > 0) {
            assertThat(read).hasSizeLessThanOrEqualTo(sent.size());
        }
        assertThat(read).isEqualTo(sent);
        assertThat(ring.tail()).isEqualTo(ring.head());
    }

    @Test
    void whoseClaimWentWithTheMemoryIsToldSoAgain() throws Exception {
        Path path = proc.resolve("ring");
        int bytes = (int) Layout.ringBytes(Layout.PAGE, CAPACITY);
        try (FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            memory = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes).order(ByteOrder.nativeOrder());
            SharedFiles.format(memory, new SharedFile.Header(1, Layout.PAGE, CAPACITY));
            ring = new RingMemory(memory, RingKind.ONE_TO_ONE, Layout.PAGE, CAPACITY, RingGoneException::new);
            OpenProducer producer = new OpenProducer(null, ring, writer(0, processes.self()));
            assertThat(producer.claim(1, 8)).isTrue();
            file.truncate(0);
            assertThatThrownBy(producer::abort).isInstanceOf(RingGoneException.class);
            assertThatThrownBy(() -> producer.claim(1, 8)).isInstanceOf(RingGoneException.class);
        }
    }

    @Test
    void whatAManyToOneConsumerHasReadIsZeroSinceAgronaCountsOnThat() throws Exception {
        make(RingKind.MANY_TO_ONE);
        write(writer(0, processes.self()), 5, 300);
        poll();
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(memory.get(Layout.PAGE + i)).isZero();
        }
    }

    /** Where a producer may die: after so many of the steps of a claim. */
    enum Death {
        INTENDED,
        MOVED,
        CLAIMED,
        NEGATIVE,
        TYPED
    }

    private void die(int slot, Death death, int length) {
        ring.owner(slot, ring.owner(slot), DEAD);
        long tail = ring.tail();
        int record = Layout.align(length + Layout.RECORD_HEADER);
        int toEnd = CAPACITY - (int) (tail & CAPACITY - 1);
        int padding = record > toEnd ? toEnd : 0;
        ring.intend(slot, tail, padding, record);
        if (death.compareTo(Death.MOVED) >= 0) {
            assertThat(ring.moveTail(tail, tail + padding + record)).isTrue();
        }
        if (death.compareTo(Death.CLAIMED) >= 0) {
            ring.claimed(slot, padding, record);
        }
        if (death.compareTo(Death.NEGATIVE) >= 0) {
            if (padding > 0) {
                ring.pad(tail, padding);
            }
            Words.intRelease(memory, ring.index(tail + padding), -(length + Layout.RECORD_HEADER));
        }
        if (death == Death.TYPED) {
            memory.putInt(ring.index(tail + padding) + Layout.RECORD_TYPE, 66);
            memory.put(ring.index(tail + padding) + Layout.RECORD_HEADER, (byte) 13);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereverAProducerDiesTheNextMessageComes(Death death) throws Exception {
        make(RingKind.MANY_TO_ONE);
        RingWriter alive = writer(1, processes.self());
        for (int round = 0; round < 500; round++) {
            die(0, death, round % 400);
            write(alive, 9, 20 + round % 100);
            read.clear();
            boolean nothing = poll() == 0;
            assertThat(nothing).isEqualTo(death != Death.INTENDED);
            Releaser releaser = releaser(false, 0);
            releaser.look(0);
            poll();
            assertThat(read).as("round %d", round).containsExactly(9);
            releaser.look(0);
            // Who died before the end of the messages may still be the one whose record begins the next turn.
            assertThat(death == Death.INTENDED ? 0 : ring.owner(0))
                    .as("the slot is free")
                    .isZero();
            assertThat(releaser.released()).isEqualTo(death == Death.INTENDED ? 0 : 1);
        }
    }

    @Test
    void aStoppedProducerIsLeftAlone() throws Exception {
        make(RingKind.MANY_TO_ONE);
        die(0, Death.TYPED, 40);
        process(DEAD_PID, 'T', 99); // it is not dead, but stopped
        write(writer(1, processes.self()), 9, 20);
        Releaser releaser = releaser(true, 1);
        for (int i = 0; i < 5; i++) {
            releaser.look(1_000_000_000L * i);
            assertThat(poll()).isZero();
        }
        process(DEAD_PID, 'Z', 99); // a zombie does nothing any more
        releaser.look(0);
        assertThat(poll()).isOne();
    }

    @Test
    void aPidThatWasGivenAgainIsAnotherProcess() throws Exception {
        process(DEAD_PID, 'S', 99);
        assertThat(processes.isAlive(DEAD)).isTrue();
        process(DEAD_PID, 'S', 100);
        assertThat(processes.isAlive(DEAD)).isFalse();
        assertThat(processes.isAlive(Processes.LEFT)).isFalse();
    }

    @Test
    void ofTwoThatDiedAtTheSamePlaceTheOneThatHasItIsFound() throws Exception {
        for (boolean first : new boolean[] {true, false}) {
            make(RingKind.MANY_TO_ONE);
            die(0, first ? Death.MOVED : Death.INTENDED, 80);
            long at = ring.position(0);
            ring.owner(1, 0, DEAD + (1L << 22));
            ring.intend(1, at, 0, 48);
            if (!first) {
                assertThat(ring.moveTail(at, at + 48)).isTrue();
            }
            write(writer(2, processes.self()), 9, 20);
            releaser(false, 0).look(0);
            read.clear();
            poll();
            assertThat(read).containsExactly(9);
        }
    }

    @Test
    void whoLostTheRaceAndDiedTakesNothingFromWhoWon() throws Exception {
        make(RingKind.MANY_TO_ONE);
        die(0, Death.INTENDED, 80);
        RingWriter winner = writer(1, processes.self());
        assertThat(winner.claim(9, 20)).isTrue();
        releaser(false, 0).look(0);
        for (int i = 0; i < 20; i++) {
            winner.bytes().put((byte) 9);
        }
        winner.commit();
        assertThat(poll()).isOne();
        assertThat(read).containsExactly(9);
    }

    @Test
    void whoCommitsWhileTheSlotsAreLookedAtIsNotOverwritten() throws Exception {
        make(RingKind.MANY_TO_ONE);
        die(0, Death.INTENDED, 20);
        RingWriter winner = writer(1, processes.self());
        assertThat(winner.claim(9, 20)).isTrue();
        Processes meanwhile = new Processes(proc) {
            @Override
            boolean isAlive(long identity) {
                if (winner.isOpen()) {
                    winner.bytes().put(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9});
                    winner.commit();
                }
                return super.isAlive(identity);
            }
        };
        new Releaser(ring, meanwhile, false, 0).look(0);
        assertThat(poll()).isOne();
        assertThat(read).containsExactly(9);
    }

    @Test
    void aClaimWithoutASlotIsReleasedByTimeAlone() throws Exception {
        make(RingKind.MANY_TO_ONE);
        assertThat(ring.moveTail(0, 64)).isTrue(); // by a stranger, who has not even said how long it is
        write(writer(1, processes.self()), 9, 20);
        Releaser never = releaser(true, 0);
        never.look(0);
        never.look(Long.MAX_VALUE);
        assertThat(poll()).isZero();
        Releaser releaser = releaser(true, 1000);
        releaser.look(5000);
        releaser.look(5999);
        assertThat(poll()).isZero();
        releaser.look(6000);
        assertThat(poll()).isOne();
    }

    @Test
    void whoDiesWhileItZeroesIsFinishedByItsSuccessor() throws Exception {
        make(RingKind.MANY_TO_ONE);
        RingWriter writer = writer(0, processes.self());
        write(writer, 1, 100);
        write(writer, 2, 100);
        ring.zeroingTo(112);
        memory.putLong(Layout.PAGE, 0); // so far it came
        new RingReader(ring).takeOver();
        assertThat(ring.head()).isEqualTo(112);
        assertThat(memory.get(Layout.PAGE + 50)).isZero();
        poll();
        assertThat(read).containsExactly(2);
    }

    @Test
    void onlyASleeperIsWoken() throws Exception {
        make(RingKind.MANY_TO_ONE);
        RingWriter writer = writer(0, processes.self());
        write(writer, 1, 1);
        assertThat(bell).hasValue(0);
        ring.sleeping(true);
        write(writer, 1, 1);
        assertThat(bell).hasValue(1);
    }

    @Test
    void whatCannotBeARecordIsSaid() throws Exception {
        make(RingKind.ONE_TO_ONE);
        for (int length : new int[] {1, 7, CAPACITY + 8, Integer.MAX_VALUE, Integer.MAX_VALUE - 6}) {
            memory.putInt(Layout.PAGE, length);
            assertThatThrownBy(this::poll).isInstanceOf(RingGoneException.class).hasMessageContaining("overwritten");
            assertThat(ring.damage()).as("whoever looks after it finds out").isPresent();
        }
    }

    @Test
    void aMarkThatHasGoneIsSeenBeforeAndAfter() throws Exception {
        make(RingKind.MANY_TO_ONE);
        RingWriter writer = writer(0, processes.self());
        assertThat(writer.claim(1, 8)).isTrue();
        memory.putLong(memory.capacity() - Long.BYTES, 0);
        assertThat(writer.commit()).isFalse();
        assertThatThrownBy(() -> writer.claim(1, 8)).isInstanceOf(RingGoneException.class);
        assertThatThrownBy(this::poll).isInstanceOf(RingGoneException.class);
    }

    @Test
    void whatBecameOfAClaimIsKnownBehindItsOwnersBack() throws Exception {
        make(RingKind.MANY_TO_ONE);
        RingWriter writer = writer(0, processes.self());
        assertThat(writer.claim(1, 8)).isTrue();
        assertThat(ring.hasLanded(0, writer.intended())).isFalse();
        int record = ring.index(0);
        Words.intRelease(memory, record, 16); // committed, and then the memory went
        assertThat(ring.hasLanded(0, writer.intended())).isTrue();
        assertThat(ring.hasLanded(0, writer.intended() + 16))
                .as("a claim that never came there")
                .isFalse();
        writer.commit();
        assertThat(ring.hasLanded(0, 0)).isTrue();
        assertThat(ring.hasLanded(0, 16))
                .as("the next one, of which nothing came there")
                .isFalse();
    }
}
