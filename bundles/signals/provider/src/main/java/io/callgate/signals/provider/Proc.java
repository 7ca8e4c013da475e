// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.signals.ProcessId;
import io.callgate.signals.Signal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What /proc says of processes. */
final class Proc {

    private static final String BLOCKED = "SigBlk:";
    private static final int START_TIME = 19; // of the fields after the name, of which the first is the state
    private static final int HEX = 16;

    private final Path root;

    Proc(Path root) {
        this.root = root;
    }

    /**
     * The signals that are blocked in every thread of this process: bit 0 is signal 1. Threads that end meanwhile have no
     * say.
     */
    long blocked() throws IOException {
        long all = -1;
        try (var tasks = Files.newDirectoryStream(root.resolve("self/task"))) {
            for (Path task : tasks) {
                all &= blocked(task.resolve("status"));
            }
        }
        return all;
    }

    private static long blocked(Path status) throws IOException {
        try {
            return lines(status).stream()
                    .filter(line -> line.startsWith(BLOCKED))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(BLOCKED.length()).strip(), HEX))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            if (!Files.exists(status)) {
                return -1; // the thread has ended, maybe after the file was opened (ESRCH)
            }
            throw e;
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }

    static boolean has(long mask, Signal signal) {
        return (mask >>> signal.number() - 1 & 1) == 1;
    }

    /** Which process has a number now. */
    ProcessId process(long pid) throws IOException {
        try {
            String stat =
                    lines(root.resolve(Long.toString(pid)).resolve("stat")).get(0);
            String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new ProcessId(pid, Long.parseLong(afterName[START_TIME]));
        } catch (IOException e) {
            if (Files.notExists(root.resolve(Long.toString(pid)))) { // maybe since the file was opened
                throw new ErrnoException("pidfd_open", "process " + pid, Errno.ESRCH);
            }
            throw e;
        }
    }
}
