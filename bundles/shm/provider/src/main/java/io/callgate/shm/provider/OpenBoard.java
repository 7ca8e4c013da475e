// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Mapping;
import io.callgate.shm.Board;
import io.callgate.shm.BoardStatistics;
import io.callgate.shm.RingGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A board that is open. */
final class OpenBoard implements Board {

    private static final long NANOS = 1_000_000_000;

    private final String name;
    private final SharedFile file;
    private final BoardMemory board;
    private final Processes processes;
    private final boolean writes;
    private final Object writing = new Object();

    /** @throws RefusedException if it is to be written, and another process does that */
    OpenBoard(String name, SharedFile file, Processes processes, boolean writes) throws IOException {
        this.name = name;
        this.file = file;
        this.processes = processes;
        this.writes = writes;
        this.board = new BoardMemory(
                file.memory(), file.header().headerBytes(), file.header().capacity(), file::fate);
        if (writes) {
            takeWriter();
        }
    }

    private void takeWriter() throws IOException {
        try {
            long other = board.writer();
            if (other != Processes.NOBODY && processes.isAlive(other) || !board.writer(other, processes.self())) {
                throw new RefusedException(file.path() + " is written by process " + Processes.pid(board.writer())
                        + ", and one writes a board: stop that one, or say \"role\": \"reader\"");
            }
        } catch (InternalError e) {
            throw board.faulted();
        }
    }

    SharedFile file() {
        return file;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public int maxBytes() {
        return board.maxBytes();
    }

    @Override
    public long read(ByteBuffer into) throws RingGoneException {
        try {
            return board.read(into);
        } catch (InternalError e) {
            throw board.faulted();
        }
    }

    @Override
    public long newest() throws RingGoneException {
        try {
            long number = board.newest();
            board.check();
            return number;
        } catch (InternalError e) {
            throw board.faulted();
        }
    }

    @Override
    public long write(ByteBuffer value) throws RingGoneException {
        if (!writes) {
            throw new IllegalStateException(
                    "the gateway only reads board " + name + ": say \"role\": \"writer\" to write it");
        }
        long time = System.currentTimeMillis() * (NANOS / 1000); // an Instant would be garbage
        synchronized (writing) {
            try {
                return board.write(value, time);
            } catch (InternalError e) {
                throw board.faulted();
            }
        }
    }

    @Override
    public BoardStatistics statistics() throws IOException {
        try {
            board.check();
            long number = board.newest();
            long time = board.time();
            long writer = board.writer();
            return new BoardStatistics(
                    number,
                    number == NOTHING ? 0 : board.length(),
                    number == NOTHING
                            ? Optional.empty()
                            : Optional.of(Instant.ofEpochSecond(time / NANOS, time % NANOS)),
                    writer == Processes.NOBODY ? Optional.empty() : Optional.of(Processes.pid(writer)),
                    processes.isAlive(writer));
        } catch (InternalError e) {
            throw board.faulted();
        }
    }

    /** A value that is being written goes to nobody; the one before stays. */
    void close() throws IOException {
        if (file.hasEnded()) {
            return;
        }
        synchronized (writing) {
            file.end();
        }
        try {
            Optional<Mapping> again = writes ? file.again() : Optional.empty();
            if (again.isPresent()) {
                try (Mapping mapping = again.get()) {
                    ByteBuffer fresh = mapping.buffer().bytes().duplicate().order(ByteOrder.nativeOrder());
                    Words.exchange(fresh, Layout.WRITER_AT, processes.self(), Processes.NOBODY);
                }
            }
        } finally {
            file.close();
        }
    }
}
