// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Direction;
import io.callgate.gpio.EdgeDetection;
import io.callgate.gpio.Level;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.UnsupportedSettingException;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A line that is exported by us: its value is opened once, read by pread and written by pwrite.
 *
 * <p>{@code value} speaks of logical levels, turned by {@code active_low}; what is written to {@code direction} is
 * physical: {@code high} and {@code low} make an output that begins at that voltage, in one step (gpiolib-sysfs.c,
 * direction_store). Not thread safe.
 */
final class HeldLine {

    private static final int READ_AT = 2;
    private static final int READ_BYTES = 14;

    private final GpioClass gpio;
    private final String name;
    private final int offset;
    private final int number;
    private final String identity;
    private final Path folder;
    private final Fd value;
    private final NativeBuffer buffer; // "01", then what was read

    private volatile LineState state;
    private Optional<Level> safe;

    /** Of the edges that were told. */
    long sequence;

    /** Null while no edges are told. */
    EdgeWatch watch;

    /**
     * Takes the descriptor over.
     *
     * @param name in a few words, for messages
     * @param identity of its folder
     */
    HeldLine(
            GpioClass gpio,
            String name,
            int offset,
            int number,
            String identity,
            Fd value,
            LineState state,
            Optional<Level> safe) {
        this.gpio = gpio;
        this.name = name;
        this.offset = offset;
        this.number = number;
        this.identity = identity;
        this.folder = gpio.line(number);
        this.value = value;
        this.state = state;
        this.safe = safe;
        this.buffer = gpio.buffer(READ_AT + READ_BYTES);
        buffer.put(0, "01");
    }

    int offset() {
        return offset;
    }

    int number() {
        return number;
    }

    String identity() {
        return identity;
    }

    Fd value() {
        return value;
    }

    LineState state() {
        return state;
    }

    /** The level that it is to have before it is given back, if it is an output. */
    Optional<Level> safe() {
        return safe;
    }

    /** False if it was given back by somebody else, or went with its chip. */
    boolean isThere() {
        return gpio.identity(number).filter(identity::equals).isPresent();
    }

    /** True if active. Makes no garbage. */
    boolean isActive() throws IOException {
        int length = gpio.files().pread(value, buffer, READ_AT, READ_BYTES, 0);
        if (length == LinuxFiles.WOULD_BLOCK) {
            throw new ErrnoException("pread", value.subject(), Errno.EAGAIN);
        }
        if (length < 1) {
            throw new ErrnoException("pread", value.subject(), Errno.EIO);
        }
        return buffer.bytes().get(READ_AT) == '1';
    }

    /** Drives it. Makes no garbage. */
    void drive(boolean active) throws IOException {
        if (gpio.files().pwrite(value, buffer, active ? 1 : 0, 1, 0) != 1) {
            throw new ErrnoException("pwrite", value.subject(), Errno.EAGAIN);
        }
    }

    /** @throws UnsupportedSettingException before anything is changed */
    void check(LineSettings wanted) throws UnsupportedSettingException {
        if (wanted.edges() != EdgeDetection.NONE && Files.notExists(edge())) {
            throw new UnsupportedSettingException(
                    "edges", name + " cannot interrupt: set edges to none, and read it at an interval");
        }
    }

    /**
     * Sets what differs.
     *
     * @param fresh true if an output begins at its initial level, false if one that stays an output keeps its level
     */
    void configure(LineSettings wanted, boolean fresh, Patience patience) throws IOException {
        check(wanted);
        boolean turned = state.activeLow() != wanted.activeLow();
        boolean stays = !fresh && state.is(wanted.direction());
        Level level =
                stays && turned && wanted.direction() == Direction.OUTPUT ? Level.of(isActive()) : wanted.initial();
        if (state.edges() != EdgeDetection.NONE && state.edges() != wanted.edges()) {
            set(EdgeDetection.NONE, patience); // first: the kernel makes no output of a line that interrupts
        }
        if (turned) {
            gpio.write(folder.resolve("active_low"), wanted.activeLow() ? "1" : "0", patience);
            state = state.withActiveLow(wanted.activeLow());
        }
        if (!stays || turned && wanted.direction() == Direction.OUTPUT) {
            direct(wanted, level, patience);
        }
        if (fresh || state.edges() != wanted.edges()) {
            watchFor(wanted.edges(), patience);
        }
        safe = wanted.safe();
    }

    private void direct(LineSettings wanted, Level level, Patience patience) throws IOException {
        boolean high = level == Level.ACTIVE != wanted.activeLow();
        String word = wanted.direction() == Direction.INPUT ? "in" : high ? "high" : "low";
        Path direction = folder.resolve("direction");
        if (Files.exists(direction)) {
            gpio.write(direction, word, patience);
        } else if (wanted.direction() == Direction.OUTPUT) {
            driveFixed(level);
        }
        state = state.with(wanted.direction());
    }

    /** A chip that knows one direction only has no file for it. */
    private void driveFixed(Level level) throws IOException {
        try {
            drive(level == Level.ACTIVE);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPERM)) {
                throw new UnsupportedSettingException("direction", name + " can only be an input");
            }
            throw e;
        }
    }

    private void watchFor(EdgeDetection edges, Patience patience) throws IOException {
        if (edges != EdgeDetection.NONE) {
            isActive(); // so that only what comes from here on makes it ready
        }
        if (edges != state.edges()) {
            set(edges, patience);
        }
    }

    private void set(EdgeDetection edges, Patience patience) throws IOException {
        gpio.write(edge(), edges.name().toLowerCase(Locale.ROOT), patience);
        state = state.with(edges);
    }

    private Path edge() {
        return folder.resolve("edge");
    }

    @Override
    public String toString() {
        return name;
    }
}
