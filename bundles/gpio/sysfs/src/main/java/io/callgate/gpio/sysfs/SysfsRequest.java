// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Direction;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.io.IOException;
import java.util.List;

/**
 * Lines that are held, one after the other: the kernel's interface has no groups.
 *
 * <p>Edges: the kernel says that there was one, or several since we looked last, and no more. So one is told for each
 * time it says so, with the time at which we were told. With {@code rising} and {@code falling} the level is what the
 * edge led to; with {@code both} it is what was read then, so the same level twice says that something in between went
 * unseen. How much, nobody knows: it is not counted as lost. What is counted is an edge whose level could not be read.
 */
final class SysfsRequest implements LineRequest {

    private final SysfsChip chip;
    private final String name;
    private final Owner owner;
    private final HeldLine[] lines;
    private final boolean takenOver;
    private final long all;
    private long sequence; // of all edges; guarded by this, as is what follows
    private long lost;
    private boolean ended;

    /** Takes the lines over, all of them set as wanted. */
    SysfsRequest(SysfsChip chip, String name, Owner owner, List<Exporter.Taken> taken) {
        this.chip = chip;
        this.name = name;
        this.owner = owner;
        this.lines = taken.stream().map(Exporter.Taken::line).toArray(HeldLine[]::new);
        this.takenOver = taken.stream().allMatch(Exporter.Taken::over);
        this.all = lines.length == Long.SIZE ? -1 : (1L << lines.length) - 1;
        this.sequence = taken.stream().mapToLong(Exporter.Taken::sequence).max().orElse(0);
    }

    String name() {
        return name;
    }

    /** Its line with this offset, or null. */
    HeldLine line(int offset) {
        for (HeldLine line : lines) {
            if (line.offset() == offset) {
                return line;
            }
        }
        return null;
    }

    @Override
    public boolean takenOver() {
        return takenOver;
    }

    @Override
    public synchronized long levels(long mask) throws IOException {
        check(mask);
        long levels = 0;
        for (int i = 0; i < lines.length; i++) {
            long bit = 1L << i;
            if ((mask & bit) != 0 && isActive(lines[i])) {
                levels |= bit;
            }
        }
        return levels;
    }

    private boolean isActive(HeldLine line) throws IOException {
        try {
            return line.isActive();
        } catch (ErrnoException e) {
            throw examined(e);
        }
    }

    @Override
    public synchronized void set(long mask, long levels) throws IOException {
        check(mask);
        for (int i = 0; i < lines.length; i++) {
            if ((mask & 1L << i) != 0 && !lines[i].state().is(Direction.OUTPUT)) {
                throw new ErrnoException("pwrite", lines[i].value().subject(), Errno.EPERM);
            }
        }
        for (int i = 0; i < lines.length; i++) {
            long bit = 1L << i;
            if ((mask & bit) != 0) {
                drive(lines[i], (levels & bit) != 0);
            }
        }
    }

    private void drive(HeldLine line, boolean active) throws IOException {
        try {
            line.drive(active);
        } catch (ErrnoException e) {
            throw examined(e);
        }
    }

    /** The kernel's word for a line that has gone; told to the owner by the chip, not on the caller's thread. */
    private ErrnoException examined(ErrnoException e) {
        if (e.is(Errno.ENODEV)) {
            chip.suspect(this);
        }
        return e;
    }

    private void check(long mask) throws RequestEndedException {
        checkHeld();
        if ((mask & ~all) != 0) {
            throw new IllegalArgumentException(
                    "mask " + Long.toHexString(mask) + " has bits for more than " + lines.length + " lines");
        }
    }

    private void checkHeld() throws RequestEndedException {
        if (ended) {
            throw new RequestEndedException(name + " (" + chip.name() + ")");
        }
    }

    @Override
    public synchronized void reconfigure(List<RequestConfig.Line> wanted) throws IOException {
        checkHeld();
        checkSame(wanted);
        Limits.check(wanted);
        for (int i = 0; i < lines.length; i++) {
            lines[i].check(wanted.get(i).settings());
        }
        Patience patience = new Patience();
        for (int i = 0; i < lines.length; i++) {
            HeldLine line = lines[i];
            boolean otherEdges =
                    line.state().edges() != wanted.get(i).settings().edges();
            if (otherEdges) {
                unwatch(line);
            }
            line.configure(wanted.get(i).settings(), false, patience);
            chip.remember(line);
            watch(line);
        }
    }

    private void checkSame(List<RequestConfig.Line> wanted) {
        boolean same = wanted.size() == lines.length;
        for (int i = 0; same && i < lines.length; i++) {
            same = wanted.get(i).offset() == lines[i].offset();
        }
        if (!same) {
            throw new IllegalArgumentException(name + " holds other lines");
        }
    }

    /** Edges are told from now on. */
    synchronized void begin() throws IOException {
        for (HeldLine line : lines) {
            if (!ended) {
                watch(line);
            }
        }
    }

    private void watch(HeldLine line) throws IOException {
        if (line.watch == null && line.state().edges() != EdgeDetection.NONE) {
            line.watch = chip.watch(line, (watch, nanos) -> chip.later(() -> look(line, watch, nanos)));
            line.watch.arm();
        }
    }

    private static void unwatch(HeldLine line) {
        if (line.watch != null) {
            line.watch.close();
            line.watch = null;
        }
    }

    /** In the chip's lane. */
    private void look(HeldLine line, EdgeWatch watch, long nanos) throws IOException {
        List<Edge> edges = List.of();
        synchronized (this) {
            if (ended || line.watch != watch) {
                return;
            }
            sequence++;
            line.sequence++;
            try {
                edges = List.of(edge(line, isActive(line), nanos));
            } catch (ErrnoException e) {
                if (e.is(Errno.ENODEV)) {
                    return; // the chip is about to see that it has gone
                }
                lost++;
                chip.trouble(line, e);
            }
            watch.arm();
        }
        if (!edges.isEmpty()) {
            owner.edges(edges);
        }
    }

    private Edge edge(HeldLine line, boolean active, long nanos) {
        Level level =
                switch (line.state().edges()) {
                    case RISING -> Level.ACTIVE;
                    case FALLING -> Level.INACTIVE;
                    default -> Level.of(active);
                };
        long before = lost;
        lost = 0;
        return new Edge(name, line.offset(), level, nanos, EventClock.OBSERVED, sequence, line.sequence, before);
    }

    /** True if one of its lines is not there any more. */
    synchronized boolean hasLost() {
        for (HeldLine line : lines) {
            if (!ended && !line.isThere()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        end(chip::release);
    }

    @Override
    public void leave() {
        end(line -> chip.leave(this, sequence, line));
    }

    /** The backend ends, and leaves the lines for its successor. */
    void leaveAndTell() {
        if (end(line -> chip.leave(this, sequence, line))) {
            owner.left();
        }
    }

    /** The chip has gone, and the lines with it. */
    void gone(IOException reason) {
        if (end(chip::drop)) {
            owner.gone(reason);
        }
    }

    /** A line is not there any more: what is left of them is released. */
    void incomplete(IOException reason) {
        if (end(chip::release)) {
            owner.gone(reason);
        }
    }

    @FunctionalInterface
    private interface Ending {
        void end(HeldLine line);
    }

    /** True for the one that ends it. */
    private synchronized boolean end(Ending ending) {
        if (ended) {
            return false;
        }
        ended = true;
        for (HeldLine line : lines) {
            unwatch(line);
            ending.end(line);
        }
        chip.ended(this);
        return true;
    }
}
