// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static io.callgate.linux.jna.Libc.C;

import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A mapped range. Closing it puts anonymous memory in its place in one step of the kernel's, so that a reader sees the
 * old bytes or zeros and never a hole; the range itself goes by way of {@link Reaper}.
 */
final class Region implements Mapping {

    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;
    static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;

    private final Block block;
    private final String subject;
    private final AtomicBoolean closed = new AtomicBoolean();

    Region(Block block, String subject) {
        this.block = block;
        this.subject = subject;
    }

    @Override
    public NativeBuffer buffer() {
        return block;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
            if (C.mmap64(block.address(), block.size(), PROT_READ | PROT_WRITE, flags, -1, 0) == -1) {
                throw new UncheckedIOException(Failures.of("mmap", "anonymous memory in place of " + subject));
            }
        } finally {
            Reference.reachabilityFence(block);
        }
    }

    @Override
    public String toString() {
        return block.size() + " bytes mapped from " + subject + (closed.get() ? " (closed)" : "");
    }
}
