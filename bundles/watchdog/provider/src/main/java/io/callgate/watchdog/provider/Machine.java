// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the start of this machine left behind, and how this process ends. */
class Machine {

    private final Path proc;
    private final Path watchdogs;

    Machine() {
        this(Path.of("/proc"), Path.of("/sys/class/watchdog"));
    }

    Machine(Path proc, Path watchdogs) {
        this.proc = proc;
        this.watchdogs = watchdogs;
    }

    /** Another one for each boot. */
    String bootId() {
        try {
            return line(proc.resolve("sys/kernel/random/boot_id"));
        } catch (IOException e) {
            return "unknown"; // every start looks like one of the same boot
        }
    }

    /** The bootstatus of each watchdog; of /sys alone, no device is opened. */
    Map<String, Set<WatchdogFlag>> bootStatus() {
        Map<String, Set<WatchdogFlag>> found = new HashMap<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(watchdogs)) {
            for (Path folder : folders) {
                try {
                    int bits = (int) (long) Long.decode(line(folder.resolve("bootstatus")));
                    found.put(folder.getFileName().toString(), WatchdogFlag.of(bits));
                } catch (IOException | NumberFormatException e) {
                    found.put(folder.getFileName().toString(), Set.of()); // the driver or the kernel does not tell
                }
            }
        } catch (IOException e) {
            return Map.of(); // no watchdog here
        }
        return found;
    }

    private static String line(Path file) throws IOException {
        return Files.readAllLines(file).get(0).strip();
    }

    /** By the clock of the threads. */
    long nanos() {
        return System.nanoTime();
    }

    /** At once, with a status. */
    void halt(int status) {
        Runtime.getRuntime().halt(status);
    }
}
