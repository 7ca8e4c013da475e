// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Path;

/** A node that may be opened, held by a handle that has called no driver. Not thread safe. */
final class Admitted implements AutoCloseable {

    private final LinuxFiles files;
    private final Fd handle;
    private final Fd.Use use;
    private final Path link;
    private final Path path;
    private final Node node;

    /** @param link the handle in {@code /proc/self/fd} */
    Admitted(LinuxFiles files, Fd handle, Fd.Use use, Path link, Path path, Node node) {
        this.files = files;
        this.handle = handle;
        this.use = use;
        this.link = link;
        this.path = path;
        this.node = node;
    }

    /** Where it is, links resolved. */
    Path path() {
        return path;
    }

    Node node() {
        return node;
    }

    /** Opens the device; the caller owns it. */
    Fd open(OpenFlag... flags) throws RefusedException, IOException {
        try {
            return files.open(link, flags);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENXIO, Errno.ENODEV)) {
                throw new RefusedException(
                        path + " is a node without a device (" + node.number() + "): load its driver");
            }
            throw new ErrnoException(e.call(), path.toString(), e.errno());
        }
    }

    @Override
    public void close() {
        use.close();
        handle.close();
    }
}
