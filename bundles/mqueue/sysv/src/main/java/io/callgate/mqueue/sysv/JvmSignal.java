// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The signal by which the Java runtime itself ends blocking calls of its threads; its handler does nothing. Without one
 * the signal would end the process, so it is looked for first.
 */
final class JvmSignal {

    /** SIGRTMAX - 2, in every OpenJDK for Linux. */
    static final int NUMBER = 62;

    private JvmSignal() {}

    /** @throws RefusedException if the runtime has no handler for it */
    static void check(Proc proc) throws IOException {
        if (!proc.catches(NUMBER)) {
            load();
        }
        if (!proc.catches(NUMBER)) {
            throw new RefusedException("this Java runtime has no handler for signal " + NUMBER
                    + ", by which waiting for" + " System V queues is ended: an OpenJDK from 17 on has one");
        }
    }

    /** The runtime sets its handler when the first channel blocks. */
    private static void load() throws IOException {
        try (FileChannel channel = FileChannel.open(Path.of("/dev/null"))) {
            channel.read(ByteBuffer.allocate(1));
        }
    }
}
