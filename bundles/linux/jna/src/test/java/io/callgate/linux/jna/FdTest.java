// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.callgate.linux.ClosedFdException;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The count of users, and what it is for: a number that the kernel has given to somebody else is never touched. */
@Timeout(120)
class FdTest {

    private static final int FILES = 8;
    private static final int ROUNDS = 30_000;

    private final Door door = new Door();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void theNumberIsHeldUntilTheLastUseHasEnded() throws IOException {
        Fd fd = door.waiting.eventfd(0);
        Fd.Use first = fd.use();
        Fd.Use second = fd.use();
        Path link = Path.of("/proc/self/fd", String.valueOf(first.number()));
        fd.close();
        assertThat(fd.isOpen()).isFalse();
        assertThat(fd).hasToString("eventfd (closed)");
        assertThat(Files.readSymbolicLink(link)).hasToString("anon_inode:[eventfd]");
        first.close();
        first.close();
        assertThat(Files.readSymbolicLink(link)).hasToString("anon_inode:[eventfd]");
        assertThatThrownBy(first::number).isInstanceOf(IllegalStateException.class);
        second.close();
        assertThat(Files.exists(link)).isFalse();
        assertThatThrownBy(fd::use).isInstanceOf(ClosedFdException.class).hasMessage("eventfd was closed");
    }

    @Test
    void anFdOfAnotherDoorIsRefused() {
        Fd foreign = new Fd() {
            @Override
            public String subject() {
                return "foreign";
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public Use use() {
                throw new AssertionError("nobody asks");
            }

            @Override
            public void close() {}
        };
        NativeBuffer buffer = door.memory.allocate(8);
        assertThatThrownBy(() -> door.files.read(foreign, buffer, 0, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Every file holds its own index. Threads open, read, close and replace a handful of descriptors as fast as they
     * can, so that the kernel gives the same few numbers out again and again: whoever reads another index than that of
     * the file he opened has touched a foreign descriptor.
     */
    @Test
    void aNumberThatWasGivenToSomebodyElseIsNeverTouched() throws Exception {
        AtomicReferenceArray<Tagged> slots = new AtomicReferenceArray<>(4);
        for (int i = 0; i < FILES; i++) {
            Files.write(folder.resolve(String.valueOf(i)), new byte[] {(byte) i});
        }
        for (int i = 0; i < slots.length(); i++) {
            slots.set(i, open(i));
        }
        AtomicInteger foreign = new AtomicInteger();
        AtomicLong read = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[6];
        for (int t = 0; t < threads.length; t++) {
            int seed = t;
            threads[t] = new Thread(() -> {
                try {
                    run(seed, slots, foreign, read, refused);
                } catch (Throwable e) {
                    failure.set(e);
                }
            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (int i = 0; i < slots.length(); i++) {
            slots.get(i).fd.close();
        }
        assertThat(failure.get()).isNull();
        assertThat(foreign).hasValue(0);
        assertThat(read.get()).isPositive();
        assertThat(refused.get()).as("the race happened").isPositive();
    }

    private record Tagged(Fd fd, byte tag) {}

    private Tagged open(int file) throws IOException {
        return new Tagged(door.files.open(folder.resolve(String.valueOf(file))), (byte) file);
    }

    private void run(
            int seed, AtomicReferenceArray<Tagged> slots, AtomicInteger foreign, AtomicLong read, AtomicLong refused)
            throws IOException {
        NativeBuffer buffer = door.memory.allocate(1);
        Tagged before = slots.get(0);
        for (int i = 0; i < ROUNDS; i++) {
            int slot = (i + seed) % slots.length();
            if (seed % 2 == 0) {
                slots.getAndSet(slot, open((i + seed) % FILES)).fd.close();
            } else {
                // The one of the last round has been closed by now, or is just being closed.
                read(before, buffer, foreign, read, refused);
                before = slots.get(slot);
                read(before, buffer, foreign, read, refused);
            }
        }
    }

    private void read(Tagged tagged, NativeBuffer buffer, AtomicInteger foreign, AtomicLong read, AtomicLong refused)
            throws IOException {
        try {
            int count = door.files.pread(tagged.fd, buffer, 0, 1, 0);
            if (count != 1 || buffer.bytes().get(0) != tagged.tag) {
                foreign.incrementAndGet();
            }
            read.incrementAndGet();
        } catch (ClosedFdException e) {
            refused.incrementAndGet();
        }
    }
}
