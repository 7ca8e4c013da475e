// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.Edge;
import io.callgate.gpio.LineRequest;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.RequestEndedException;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Lines that are held, by the descriptor that the kernel gave for them.
 *
 * <p>Its lock is held while the driver works: the ioctl's structure is shared, and what was driven last must be known.
 * Nobody who ends it while an edge is being told may hold the lock meanwhile, so the watch ends before the lock is
 * taken. That it has ended is said first: who comes later is refused, who is inside comes out before the lines are left
 * or released.
 */
final class CharDeviceRequest implements LineRequest {

    /** Told once, before the owner, when it has ended. */
    interface Keeper {
        void ended(CharDeviceRequest request);
    }

    private final Door door;
    private final String chip;
    private final String label;
    private final Fd fd;
    private final Owner owner;
    private final Keeper keeper;
    private final boolean takenOver;
    private final EdgeReader edges;
    private final long all;
    private final NativeBuffer values; // guarded by this
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<EventLoop.Registration> watch = new AtomicReference<>();
    private final Object watching = new Object(); // guards the beginning of the watch

    private volatile RequestConfig config;
    private Setup setup; // guarded by this
    private long levels; // guarded by this

    /**
     * Takes a descriptor over.
     *
     * @param now how the kernel has the lines, which may not be what config says
     */
    CharDeviceRequest(
            Door door,
            CharDevice device,
            Fd fd,
            RequestConfig config,
            Handover now,
            boolean takenOver,
            Owner owner,
            Keeper keeper) {
        this.door = door;
        this.chip = device.name();
        this.label = device.label();
        this.fd = fd;
        this.config = config;
        this.setup = now.setup();
        this.levels = now.levels();
        this.takenOver = takenOver;
        this.owner = owner;
        this.keeper = keeper;
        this.edges = new EdgeReader(door, fd, Sequences.parse(now.sequences()));
        this.all = -1L >>> Long.SIZE - config.lines().size();
        this.values = door.memory().allocate(Uapi.LineValues.SIZE);
    }

    @Override
    public boolean takenOver() {
        return takenOver;
    }

    @Override
    public long levels(long mask) throws IOException {
        check(mask);
        synchronized (this) {
            checkOpen();
            if (mask == 0) {
                return 0; // the kernel takes no empty mask
            }
            transfer(Uapi.V2_LINE_GET_VALUES, 0, mask);
            return values.bytes().getLong(Uapi.LineValues.BITS) & mask;
        }
    }

    @Override
    public void set(long mask, long bits) throws IOException {
        check(mask);
        synchronized (this) {
            checkOpen();
            if (mask != 0) {
                transfer(Uapi.V2_LINE_SET_VALUES, bits & mask, mask);
                levels = levels & ~mask | bits & mask;
            }
        }
    }

    private void check(long mask) {
        if ((mask & ~all) != 0) {
            throw new IllegalArgumentException("a mask of 0x" + Long.toHexString(mask) + " for " + fd.subject()
                    + ", which is 0x" + Long.toHexString(all));
        }
    }

    private void checkOpen() throws RequestEndedException {
        if (ended.get()) {
            throw hasEnded();
        }
    }

    private RequestEndedException hasEnded() {
        return new RequestEndedException(config.name() + " (" + fd.subject() + ")");
    }

    private void transfer(Ioctl request, long bits, long mask) throws IOException {
        ByteBuffer bytes = values.bytes();
        bytes.putLong(Uapi.LineValues.BITS, bits);
        bytes.putLong(Uapi.LineValues.MASK, mask);
        ioctl(request, values);
    }

    private void ioctl(Ioctl request, NativeBuffer argument) throws IOException {
        try {
            door.files().ioctl(fd, request, argument, 0);
        } catch (ClosedFdException e) {
            throw hasEnded(); // the chip went while we were about to call
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODEV) && !ended.get()) {
                door.loop().execute(() -> gone(e));
            }
            throw e;
        }
    }

    @Override
    public void reconfigure(List<RequestConfig.Line> lines) throws IOException {
        RequestConfig next = new RequestConfig(config.name(), lines, config.eventBufferSize());
        if (!next.offsets().equals(config.offsets())) {
            throw new IllegalArgumentException(
                    "lines " + next.offsets() + " for a request of " + config.offsets() + ": request them anew");
        }
        Setup wanted = Setup.of(lines);
        synchronized (this) {
            checkOpen();
            if (!wanted.equals(setup)) {
                apply(wanted, lines);
            }
            config = next;
        }
        watchEdges();
    }

    /** An output that stays one keeps its logical level, one that was an input begins with its first level. */
    private void apply(Setup wanted, List<RequestConfig.Line> lines) throws IOException {
        long staying = setup.outputs() & wanted.outputs();
        long driven = levels & staying | Setup.initial(lines) & wanted.outputs() & ~staying;
        try {
            setConfig(Configuration.of(wanted, driven, setup.debounced()));
        } catch (ErrnoException e) {
            restore(wanted, e);
            throw Refusal.of(e, label, lines);
        }
        setup = wanted;
        levels = driven;
    }

    /** The kernel changes one line after the other and stops where it fails. */
    private void restore(Setup refused, ErrnoException cause) {
        try {
            setConfig(Configuration.of(setup, levels, refused.debounced()));
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void setConfig(Configuration configuration) throws IOException {
        NativeBuffer argument = door.memory().allocate(Uapi.LineConfig.SIZE);
        configuration.put(argument.bytes(), 0);
        ioctl(Uapi.V2_LINE_SET_CONFIG, argument);
    }

    /** Begins to tell edges, if there will be any; once begun, it goes on to the end. */
    void watchEdges() throws IOException {
        boolean wanted;
        synchronized (this) {
            wanted = setup.tellsEdges();
        }
        synchronized (watching) {
            if (!wanted || watch.get() != null || ended.get()) {
                return;
            }
            watch.set(door.loop().watch(fd, Ready.IN, this::ready));
        }
        if (ended.get()) {
            unwatch();
        }
    }

    /** On the event loop. What was read is told, although somebody ends the request just now: it has been counted. */
    private void ready(int ready) {
        if (ended.get()) {
            return;
        }
        try {
            if ((ready & (Ready.HUP | Ready.ERR)) != 0) {
                throw new ErrnoException("poll", fd.subject(), Errno.ENODEV);
            }
            List<Edge> batch = edges.read(config);
            if (!batch.isEmpty()) {
                owner.edges(batch);
            }
        } catch (IOException e) {
            gone(e); // nothing if it was closed meanwhile
        }
    }

    @Override
    public void leave() {
        if (end()) {
            handOver();
        }
    }

    /** The backend ends. */
    void left() {
        if (end()) {
            handOver();
            owner.left();
        }
    }

    private synchronized void handOver() {
        Handover state = new Handover(setup, levels, edges.sequences());
        door.kept()
                .leave(
                        Handover.key(chip, config),
                        fd,
                        state.state(),
                        Handover.policy(config, door.kept().handover()));
    }

    /** The chip has gone. */
    void gone(IOException reason) {
        if (end()) {
            fd.close();
            owner.gone(reason);
        }
    }

    @Override
    public void close() {
        if (end()) {
            try {
                driveSafe();
            } finally {
                fd.close();
            }
        }
    }

    private synchronized void driveSafe() {
        long guarded = Setup.guarded(config.lines()) & setup.outputs();
        if (guarded != 0) {
            try {
                transfer(Uapi.V2_LINE_SET_VALUES, Setup.safe(config.lines()), guarded);
            } catch (IOException e) {
                door.log().error("{} did not get its safe level; look at what it drives", fd.subject(), e);
            }
        }
    }

    /** True for the first who ends it. */
    private boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        unwatch();
        keeper.ended(this);
        return true;
    }

    private void unwatch() {
        EventLoop.Registration registration = watch.getAndSet(null);
        if (registration != null) {
            registration.close();
        }
    }
}
