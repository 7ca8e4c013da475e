// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Memory by mmap(2) and the Java runtime's own direct buffers. */
@Component
public final class JnaMemory implements LinuxMemory {

    static final int IPC_STAT = 2;
    static final int SHM_RDONLY = 010000;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;

    private final Descriptors descriptors;

    @Activate
    public JnaMemory(@org.osgi.service.component.annotations.Reference Descriptors descriptors) {
        this.descriptors = descriptors;
    }

    @Override
    public NativeBuffer allocate(int bytes) {
        return Block.allocate(bytes);
    }

    @Override
    public NativeBuffer allocate(int bytes, int alignment) {
        return Block.allocate(bytes, alignment);
    }

    @Override
    public Mapping map(Fd fd, long position, int length, Set<Protection> protection) throws IOException {
        if (protection.isEmpty()) {
            throw new IllegalArgumentException("a mapping that may neither be read nor written");
        }
        boolean writable = protection.contains(Protection.WRITE);
        // A shared mapping needs a readable descriptor in any case, and no processor we know can write without reading.
        int prot = Region.PROT_READ | (writable ? Region.PROT_WRITE : 0);
        CountedFd file = CountedFd.of(fd);
        int number = file.enter();
        try {
            long address = C.mmap64(0, length, prot, Region.MAP_SHARED, number, position);
            if (address == -1) {
                throw Failures.of("mmap", file.subject());
            }
            return region(address, length, writable, file.subject());
        } finally {
            file.leave();
        }
    }

    @Override
    public Mapping attach(int segment, Set<Protection> protection) throws IOException {
        String subject = "System V segment " + segment;
        long bytes = segmentBytes(segment, subject);
        if (bytes > Integer.MAX_VALUE) {
            throw new ErrnoException("shmat", subject, Errno.EFBIG);
        }
        boolean writable = protection.contains(Protection.WRITE);
        long address = C.shmat(segment, 0, writable ? 0 : SHM_RDONLY);
        if (address == -1) {
            throw Failures.of("shmat", subject);
        }
        return region(address, (int) bytes, writable, subject); // for the kernel a mapping as any other
    }

    /** It never changes. */
    private static long segmentBytes(int segment, String subject) throws IOException {
        Block state = Block.allocate(Layout.SHMID_DS_SIZE);
        try {
            if (C.shmctl(segment, IPC_STAT, state.address()) != 0) {
                throw Failures.of("shmctl", subject);
            }
        } finally {
            Reference.reachabilityFence(state);
        }
        int at = Layout.CURRENT.segmentBytes();
        return Layout.CURRENT.wordBytes() == Long.BYTES
                ? state.bytes().getLong(at)
                : Integer.toUnsignedLong(state.bytes().getInt(at));
    }

    /** Views of a buffer keep its root reachable, so the root's end is the end of them all. */
    private Mapping region(long address, int length, boolean writable, String subject) {
        ByteBuffer root = Libc.buffer(address, length);
        descriptors.reaper().mapping(root, address, length);
        // A store into read-only pages would end the Java runtime, so the buffer itself refuses it.
        ByteBuffer bytes = writable ? root : root.asReadOnlyBuffer();
        return new Region(new Block(bytes.order(ByteOrder.nativeOrder()), address), subject);
    }

    @Override
    public Fd memfd(String name) throws IOException {
        Block text = Block.cString(name);
        try {
            int number;
            do {
                number = C.memfd_create(text.address(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
            } while (number < 0 && Failures.interrupted("memfd_create", name));
            return descriptors.own(number, "memfd:" + name);
        } finally {
            Reference.reachabilityFence(text);
        }
    }

    @Override
    public int pageSize() {
        return C.getpagesize();
    }
}
