// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.IpcKey;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxMemory.Protection;
import io.callgate.linux.Mapping;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.Set;

/**
 * Attaches System V segments that others have made.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/shmget.2.html">shmget(2)</a>
 */
final class Segments {

    private final LinuxCalls calls;
    private final LinuxMemory memory;

    Segments(LinuxCalls calls, LinuxMemory memory) {
        this.calls = calls;
        this.memory = memory;
    }

    /** @throws RefusedException with the sentence that says why not */
    OpenRegion open(String name, RegionSettings settings, IpcKey key) throws IOException {
        int number = number(key);
        int id = id(number)
                .orElseThrow(() -> new RefusedException("there is no segment " + key
                        + ": start the program that makes it (ipcs -m shows those there are)"));
        Mapping mapping = attach(settings, key, id);
        try {
            long length = settings.lengthOf(mapping.buffer().size());
            Attached origin = new Attached(key, number, id);
            return new OpenRegion(name, settings, origin, mapping, (int) settings.position(), (int) length);
        } catch (IOException e) {
            mapping.close();
            throw e;
        }
    }

    private static int number(IpcKey key) throws IOException {
        try {
            return key.value();
        } catch (NoSuchFileException e) {
            throw new RefusedException("there is no " + e.getFile() + " to make a key of: " + e.getReason());
        }
    }

    private Optional<Integer> id(int key) throws IOException {
        try {
            return Optional.of(Math.toIntExact(calls.call("shmget", key, 0, 0)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            if (e.is(Errno.ENOSYS)) {
                throw new RefusedException("this kernel has no System V segments: build it with CONFIG_SYSVIPC=y");
            }
            throw e;
        }
    }

    private Mapping attach(RegionSettings settings, IpcKey key, int id) throws IOException {
        try {
            return memory.attach(id, settings.isWritable() ? SharedFile.READ_WRITE : Set.of(Protection.READ));
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES, Errno.EPERM)) {
                throw new RefusedException("the gateway's user may not " + (settings.isWritable() ? "write " : "read ")
                        + "segment " + key + ": its owner gives it another mode (ipcs -m -i " + id + " shows it)");
            }
            if (e.is(Errno.EFBIG)) {
                throw new RefusedException("segment " + key + " has more than 2 GiB, which no region has");
            }
            throw e;
        }
    }

    /** The kernel keeps a segment for those who have attached it; who comes later finds none, or another. */
    private final class Attached implements OpenRegion.Origin {

        private final IpcKey key;
        private final int number;
        private final int id;

        Attached(IpcKey key, int number, int id) {
            this.key = key;
            this.number = number;
            this.id = id;
        }

        @Override
        public Optional<String> lost() throws IOException {
            Optional<Integer> there = id(number);
            return there.isPresent() && there.get() == id
                    ? Optional.empty()
                    : Optional.of(
                            "segment " + key + (there.isEmpty() ? " was removed" : " was replaced") + " by somebody");
        }

        @Override
        public void close() {
            // closing the mapping has detached it
        }
    }
}
