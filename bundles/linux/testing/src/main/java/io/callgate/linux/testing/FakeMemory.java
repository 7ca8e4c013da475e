// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Memory from plain direct buffers; mappings of real files are the JDK's own. */
final class FakeMemory implements LinuxMemory {

    private static final int ALIGNMENT = 16;

    private final Descriptors descriptors;
    private final Refusals refusals;
    private final Map<Integer, ByteBuffer> segments = new HashMap<>();

    FakeMemory(Descriptors descriptors, Refusals refusals) {
        this.descriptors = descriptors;
        this.refusals = refusals;
    }

    @Override
    public NativeBuffer allocate(int bytes) {
        return allocate(bytes, ALIGNMENT);
    }

    @Override
    public NativeBuffer allocate(int bytes, int alignment) {
        ByteBuffer aligned = ByteBuffer.allocateDirect(bytes + 2 * alignment).alignedSlice(alignment);
        return new Buffer(aligned.slice(0, bytes));
    }

    @Override
    public Mapping map(Fd fd, long position, int length, Set<Protection> protection) throws IOException {
        FakeFd file = FakeFd.of(fd);
        try (Fd.Use use = file.use()) {
            refusals.check("mmap", file.key());
            ByteBuffer mapped = file.file.map(position, length, protection.contains(Protection.WRITE));
            return new FakeMapping(new Buffer(mapped));
        } catch (IOException e) {
            throw FakeFiles.named("mmap", fd.subject(), e);
        }
    }

    @Override
    public Mapping attach(int segment, Set<Protection> protection) throws IOException {
        String subject = "System V segment " + segment;
        refusals.check("shmat", subject);
        ByteBuffer there = segments.get(segment);
        if (there == null) {
            throw new ErrnoException("shmat", subject, Errno.EINVAL);
        }
        ByteBuffer view = there.duplicate();
        return new FakeMapping(new Buffer(protection.contains(Protection.WRITE) ? view : view.asReadOnlyBuffer()));
    }

    /** A System V segment. */
    void segment(int id, ByteBuffer bytes) {
        segments.put(id, bytes);
    }

    @Override
    public Fd memfd(String name) throws IOException {
        refusals.check("memfd_create", name);
        return descriptors.add("memfd:" + name, FakeFd.Opening.of(DiskFile.unnamed()));
    }

    @Override
    public int pageSize() {
        return 4096;
    }

    /** A part of a buffer, as a call with its address sees it. */
    static NativeBuffer part(NativeBuffer buffer, int offset, int length) {
        return new Buffer(buffer.bytes().slice(offset, length));
    }

    private record Buffer(ByteBuffer bytes) implements NativeBuffer {

        Buffer {
            bytes.order(ByteOrder.nativeOrder());
        }

        @Override
        public int size() {
            return bytes.capacity();
        }
    }

    /** The memory goes with the garbage collector, so that a view that is still held stays readable. */
    private record FakeMapping(NativeBuffer buffer) implements Mapping {

        @Override
        public void close() {
            // nothing to let go of: see above
        }
    }
}
