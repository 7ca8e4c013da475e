// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.shm.RingGoneException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A file of ours, open and mapped as a whole; the descriptor stays, to see what becomes of the file. */
final class SharedFile {

    static final Set<Protection> READ_WRITE = Set.of(Protection.READ, Protection.WRITE);

    /** What a file's header says. @param capacity of a ring; of a board the longest value */
    record Header(int kind, int headerBytes, int capacity) {}

    private final String name;
    private final Path path;
    private final Fd fd;
    private final Mapping mapping;
    private final Header header;
    private final boolean created;
    private final Stat stat;
    private final LinuxCalls calls;
    private final LinuxMemory door;
    private volatile boolean ended;

    SharedFile(
            String name,
            Path path,
            Fd fd,
            Mapping mapping,
            Header header,
            boolean created,
            LinuxCalls calls,
            LinuxMemory door)
            throws IOException {
        this.name = name;
        this.path = path;
        this.fd = fd;
        this.mapping = mapping;
        this.header = header;
        this.created = created;
        this.calls = calls;
        this.door = door;
        this.stat = Stat.of(calls, door, fd);
    }

    Path path() {
        return path;
    }

    Header header() {
        return header;
    }

    boolean isCreated() {
        return created;
    }

    Stat stat() {
        return stat;
    }

    /** For calls. */
    NativeBuffer buffer() {
        return mapping.buffer();
    }

    /** The whole file, in native byte order. */
    ByteBuffer memory() {
        return mapping.buffer().bytes().duplicate().order(ByteOrder.nativeOrder());
    }

    int length() {
        return mapping.buffer().size();
    }

    /** Why this file is not the one that others see at its path, or not whole; empty if all is well. */
    Optional<String> lost() throws IOException {
        Optional<Stat> there = Stat.at(calls, door, path);
        if (there.isEmpty()) {
            return Optional.of(path + " was removed by somebody");
        }
        if (!there.get().isSameFile(stat)) {
            return Optional.of(path + " was replaced by somebody");
        }
        return there.get().size() == length()
                ? Optional.empty()
                : Optional.of(resized(there.get().size()));
    }

    /** Whether its path still leads to this file. */
    boolean isAtItsPath() throws IOException {
        return Stat.at(calls, door, path).filter(stat::isSameFile).isPresent();
    }

    private String resized(long size) {
        return path + (size < length() ? " was truncated" : " was lengthened") + " by somebody: it has " + size
                + " bytes, not " + length();
    }

    /** What is thrown by calls from now on, or since something happened to the file. */
    RingGoneException fate(String otherwise) {
        if (ended) {
            letFaultsOut();
            return new RingGoneException("the service of " + name + " has ended: bind the one that comes in its place");
        }
        try {
            long size = size();
            return new RingGoneException(size == length() ? path + " " + otherwise : resized(size));
        } catch (IOException e) {
            return new RingGoneException(path + " " + otherwise + " (" + e.getMessage() + ")");
        }
    }

    /**
     * A fault of this thread that the Java runtime has yet to throw comes out here, and not of the next ring's memory or in
     * somebody else's code. HotSpot throws it on its way back from the runtime to Java (not from native code), and makes
     * every array of two dimensions there.
     */
    private void letFaultsOut() {
        try {
            int one = Math.min(1, length());
            if (new byte[one][one].length != one) {
                throw new AssertionError();
            }
        } catch (InternalError fault) {
            // what it was is told by the file's length
        }
    }

    private long size() throws IOException {
        letFaultsOut();
        return Stat.of(calls, door, fd).size();
    }

    /** Whether the file has the length that it had. */
    boolean isIntact() {
        try {
            return size() == length();
        } catch (IOException e) {
            return false; // the descriptor was closed: the service has ended
        }
    }

    boolean hasEnded() {
        return ended;
    }

    /** From now on whoever still has the memory reads zeros, and writes to nobody. */
    void end() {
        ended = true;
        mapping.close();
    }

    /** The memory once more, after {@link #end}; empty if the file is not whole. */
    Optional<Mapping> again() throws IOException {
        return size() == length() ? Optional.of(door.map(fd, 0, length(), READ_WRITE)) : Optional.empty();
    }

    /** Nothing of the file is needed any more. */
    void close() {
        fd.close();
    }
}
