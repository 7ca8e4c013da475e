// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Mapping;
import io.callgate.shm.Ring;
import io.callgate.shm.RingConsumer;
import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingKind;
import io.callgate.shm.RingProducer;
import io.callgate.shm.RingStatistics;
import io.callgate.shm.provider.RingSettings.Role;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A ring that is open: hands out its ends, and takes them back when it ends. */
final class OpenRing implements Ring {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** What became of a producer's last claim. */
    private record Verdict(long claimedAt, boolean landed) {}

    private final String name;
    private final RingSettings settings;
    private final SharedFile file;
    private final SharedFiles door;
    private final Processes processes;
    private final Barrier barrier;
    private final RingMemory ring;
    private final Releaser releaser;
    private final Map<Integer, OpenProducer> producers = new HashMap<>(); // by slot; guarded by this
    private volatile OpenConsumer consumer; // null if nobody reads here; written under the lock of this
    private boolean ended; // guarded by this
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile Map<Integer, Verdict> verdicts = Map.of(); // by slot; set before settled is counted down

    OpenRing(
            String name,
            RingSettings settings,
            SharedFile file,
            SharedFiles door,
            Processes processes,
            Barrier barrier) {
        this.name = name;
        this.settings = settings;
        this.file = file;
        this.door = door;
        this.processes = processes;
        this.barrier = barrier;
        this.ring = new RingMemory(
                file.memory(),
                settings.kind(),
                file.header().headerBytes(),
                file.header().capacity(),
                file::fate);
        this.releaser = new Releaser(ring, processes, settings.pollNanos() > 0, settings.strangersNanos());
    }

    /** Why it is not what it was any more; empty if all is well. */
    Optional<String> lost() throws IOException {
        Optional<String> lost = file.lost();
        return lost.isPresent() ? lost : damage();
    }

    /** What a peer has done to the messages; empty if nothing is known. */
    Optional<String> damage() {
        return ring.damage();
    }

    SharedFile file() {
        return file;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public RingKind kind() {
        return ring.kind;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public int capacity() {
        return ring.capacity;
    }

    @Override
    public int maxMessageBytes() {
        return ring.maxMessageBytes();
    }

    Futex sleeper() {
        return new Futex(door.calls(), door.memory(), file.buffer(), Layout.SLEEPING_AT);
    }

    @Override
    public synchronized RingProducer producer() throws IOException {
        if (settings.role() == Role.CONSUMER) {
            throw new IllegalStateException(
                    "the gateway only consumes ring " + name + ": say \"role\": \"both\" to produce as well");
        }
        checkThere();
        try {
            int slot = takeSlot();
            Futex futex = sleeper();
            RingWriter writer = new RingWriter(ring, slot, () -> {
                ring.sleeping(false);
                futex.wake();
            });
            OpenProducer producer = new OpenProducer(this, ring, writer);
            producers.put(slot, producer);
            ring.check();
            return producer;
        } catch (InternalError e) {
            throw ring.faulted();
        }
    }

    private void checkThere() throws RingGoneException {
        if (ended) {
            throw file.fate("");
        }
        ring.check();
    }

    /** A free slot, or that of somebody dead who has nothing claimed. */
    private int takeSlot() throws IOException {
        for (int slot = 0; slot < Layout.SLOTS; slot++) {
            long owner = ring.owner(slot);
            boolean free =
                    owner == Processes.NOBODY || !RingMemory.isOpen(ring.extent(slot)) && !processes.isAlive(owner);
            if (free && ring.owner(slot, owner, processes.self())) {
                if (ring.kind == RingKind.ONE_TO_ONE) {
                    checkAlone(slot);
                }
                return slot;
            }
        }
        throw new IOException("ring " + name + " has " + Layout.SLOTS
                + " producers, and no room for one more: close one" + " (shm:stat " + name + " shows whose they are)");
    }

    /** Whoever comes second leaves; two who come at once may both. */
    private void checkAlone(int own) throws IOException {
        for (int slot = 0; slot < Layout.SLOTS; slot++) {
            long owner = ring.owner(slot);
            if (slot != own && owner != Processes.NOBODY && processes.isAlive(owner)) {
                ring.owner(own, processes.self(), Processes.NOBODY);
                throw new IOException("ring " + name + " has a producer, process " + Processes.pid(owner)
                        + ", and is one-to-one: close that one, or say \"kind\": \"many-to-one\" on both sides");
            }
        }
    }

    /** A producer has left in good order. */
    synchronized void leave(OpenProducer producer, RingWriter writer) {
        int slot = writer.slot();
        if (!ended && producers.remove(slot, producer) && file.isIntact()) {
            leaving(() -> {
                if (writer.isOpen()) {
                    writer.abort();
                }
                ring.settle(slot);
                ring.owner(slot, processes.self(), Processes.NOBODY);
            });
        }
    }

    /** Somebody may truncate the file any time: then there is nothing to leave any more. */
    private void leaving(Runnable steps) {
        boolean faulted;
        try {
            steps.run();
            faulted = !ring.isWhole();
        } catch (InternalError e) {
            faulted = true;
        }
        if (faulted) {
            file.isIntact(); // so that no fault is left to be thrown later
        }
    }

    /** Whether a claim that was committed while the memory went had come there before. */
    boolean landed(int slot, long claimedAt) throws RingGoneException {
        if (file.hasEnded() && awaited(settled)) {
            Verdict verdict = verdicts.get(slot);
            if (verdict != null && verdict.claimedAt == claimedAt && verdict.landed) {
                return true;
            }
        }
        throw file.fate("is not whole any more");
    }

    private static boolean awaited(CountDownLatch latch) {
        boolean interrupted = false;
        long begin = System.nanoTime();
        try {
            for (long left = PATIENCE_NANOS; left > 0; left = PATIENCE_NANOS - (System.nanoTime() - begin)) {
                try {
                    return latch.await(left, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public RingConsumer consumer() throws RingGoneException {
        try {
            return takeConsumer();
        } catch (RingGoneException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** @throws IOException if another process reads it */
    synchronized OpenConsumer takeConsumer() throws IOException {
        if (settings.role() == Role.PRODUCER) {
            throw new IllegalStateException(
                    "the gateway only produces into ring " + name + ": say \"role\": \"both\" to consume as well");
        }
        checkThere();
        if (consumer != null) {
            throw new IllegalStateException(
                    "ring " + name + " is read by " + consumer.who() + " already: one reads it");
        }
        try {
            long other = ring.consumer();
            if (other != Processes.NOBODY && processes.isAlive(other) || !ring.consumer(other, processes.self())) {
                throw new IOException("ring " + name + " is read by process " + Processes.pid(ring.consumer())
                        + ", and one reads a ring: stop that one, or say \"role\": \"producer\"");
            }
            RingReader reader = new RingReader(ring);
            reader.takeOver();
            consumer = new OpenConsumer(
                    this, ring, reader, releaser, new OpenConsumer.Sleep(sleeper(), barrier, settings));
            return consumer;
        } catch (InternalError e) {
            throw ring.faulted();
        }
    }

    synchronized void leave(OpenConsumer leaving) {
        if (consumer == leaving) {
            consumer = null;
            if (!ended && file.isIntact()) {
                leaving(() -> ring.consumer(processes.self(), Processes.NOBODY));
            }
        }
    }

    /** The consumer looks for claims of the dead when it comes by. Takes no lock: the event loop waits for nobody. */
    void tick() {
        OpenConsumer reading = consumer;
        if (reading != null) {
            reading.look();
        }
    }

    @Override
    public synchronized RingStatistics statistics() throws IOException {
        checkThere();
        try {
            List<RingStatistics.Peer> peers = new ArrayList<>();
            for (int slot = 0; slot < Layout.SLOTS; slot++) {
                long owner = ring.owner(slot);
                if (owner != Processes.NOBODY) {
                    peers.add(peer(owner, RingMemory.isOpen(ring.extent(slot))));
                }
            }
            long reader = ring.consumer();
            long head = ring.head(); // before the tail, which is never less
            long tail = ring.tail();
            return new RingStatistics(
                    Math.min(ring.capacity, Math.max(0, tail - head)),
                    tail,
                    head,
                    reader == Processes.NOBODY ? Optional.empty() : Optional.of(peer(reader, false)),
                    peers,
                    releaser.released());
        } catch (InternalError e) {
            throw ring.faulted();
        }
    }

    /** The last messages that wait, as lines; what is read meanwhile may be missing. */
    synchronized List<String> peek(int most) throws IOException {
        checkThere();
        try {
            Deque<String> lines = new ArrayDeque<>();
            long position = ring.head();
            long tail = Math.min(ring.tail(), position + ring.capacity); // a peer may have written anything there
            while (position < tail) {
                int at = ring.index(position);
                int length = ring.length(position);
                int toEnd = ring.data + ring.capacity - at;
                if (length < Layout.RECORD_HEADER || length > toEnd) {
                    lines.add("position " + position + "  " + (length < 0 ? "claimed" : "not there yet, or read"));
                    position = tail;
                } else {
                    int type = ring.memory.getInt(at + Layout.RECORD_TYPE);
                    byte[] message = new byte[Math.min(length - Layout.RECORD_HEADER, ShmCommands.SHOWN)];
                    ring.memory.get(at + Layout.RECORD_HEADER, message);
                    boolean isStill = ring.head() <= position; // otherwise it may be another's by now
                    if (isStill && type != Layout.PADDING) {
                        lines.add("position " + position + "  type " + type + "  "
                                + ShmCommands.shown(message, length - Layout.RECORD_HEADER));
                    }
                    position += Layout.align(length);
                }
                if (lines.size() > most) {
                    lines.removeFirst();
                }
            }
            return List.copyOf(lines);
        } catch (InternalError e) {
            throw ring.faulted();
        }
    }

    private RingStatistics.Peer peer(long identity, boolean claiming) {
        return new RingStatistics.Peer(Processes.pid(identity), processes.isAlive(identity), claiming);
    }

    /**
     * Ends it for all who hold it. What they write from now on reaches nobody, so that what they had claimed can be
     * settled in the file behind their backs.
     */
    void close() throws IOException {
        OpenConsumer last;
        synchronized (this) {
            last = consumer;
        }
        if (last != null) {
            last.end();
        }
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            file.end();
            try {
                settle();
            } finally {
                settled.countDown();
                file.close();
            }
        }
    }

    private void settle() throws IOException {
        Optional<Mapping> again = file.again();
        if (again.isEmpty()) {
            return; // somebody has truncated it: there is nothing left to settle
        }
        try (Mapping mapping = again.get()) {
            RingMemory fresh = new RingMemory(
                    mapping.buffer().bytes().duplicate().order(ByteOrder.nativeOrder()),
                    ring.kind,
                    ring.data,
                    ring.capacity,
                    file::fate);
            Map<Integer, Verdict> all = new HashMap<>();
            producers.keySet().forEach(slot -> all.put(slot, settle(fresh, slot)));
            verdicts = Map.copyOf(all);
            if (consumer != null) {
                fresh.consumer(processes.self(), Processes.NOBODY);
            }
        } catch (InternalError e) {
            throw ring.faulted();
        }
    }

    /** Frees the slot, or leaves it with the open claim to the consumer, wherever that is. */
    private Verdict settle(RingMemory fresh, int slot) {
        long position = fresh.position(slot);
        boolean landed = fresh.hasLanded(slot, position);
        if (landed || !RingMemory.isOpen(fresh.extent(slot))) {
            fresh.settle(slot);
            fresh.owner(slot, processes.self(), Processes.NOBODY);
        } else {
            fresh.owner(slot, processes.self(), Processes.LEFT);
        }
        return new Verdict(position, landed);
    }

    @Override
    public String toString() {
        return name + " (" + file.path() + ")";
    }
}
