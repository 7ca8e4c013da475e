// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Opens what has been looked at before. To open a device is to do something, to arm a watchdog for instance; so what stands
 * at a path is held by a handle (O_PATH), which calls no driver, and opened by that handle once it is known to be the right
 * thing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2), O_PATH</a>
 */
record Opener(LinuxFiles files, LinuxCalls calls, LinuxMemory memory) {

    /** Whether it is the right thing. */
    interface Admission {

        /** @throws RefusedException if it is not to be opened, with the sentence that says why */
        void check(Stat stat) throws IOException;
    }

    /** @param links whether they are followed; if not, a link is what is looked at */
    Fd open(Path path, boolean links, Admission admission, OpenFlag access) throws IOException {
        try (Fd handle = links ? files.open(path, OpenFlag.PATH) : files.open(path, OpenFlag.PATH, OpenFlag.NOFOLLOW);
                Fd.Use use = handle.use()) {
            admission.check(Stat.of(calls, memory, handle));
            return files.open(Path.of("/proc/self/fd/" + use.number()), access);
        } catch (ErrnoException e) {
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }
}
