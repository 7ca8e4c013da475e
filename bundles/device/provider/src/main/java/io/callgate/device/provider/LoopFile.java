// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Sees that a loop device was told to let go of its file. The kernel only marks it then, and lets go when the last one
 * closes the device: whoever has it open for good must close it, or the file is held for ever. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man4/loop.4.html">loop(4), LOOP_CLR_FD</a>
 */
final class LoopFile {

    private final Path mark;
    private boolean attached; // when it was looked at last, and to stay so
    private boolean detached;

    /** @param folder of the device in /sys; of any device, for those that are no loops have no such mark */
    LoopFile(Path folder) throws IOException {
        this.mark = folder.resolve("loop/autoclear");
        look();
    }

    /** A look: the same mark is put on a file that is attached with it, so what was there before matters. */
    synchronized void look() throws IOException {
        String now = mark();
        detached |= attached && now.equals("1");
        attached = now.equals("0");
    }

    /** It was told so through us. */
    synchronized void detach() {
        detached = true;
    }

    /** True if it is to let go of its file. */
    synchronized boolean isDetached() {
        return detached;
    }

    private String mark() throws IOException {
        try {
            return Files.readAllLines(mark).get(0).strip();
        } catch (NoSuchFileException e) {
            return "";
        }
    }
}
