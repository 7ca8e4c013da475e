// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the product itself needs: rows of the mechanism {@value #MECHANISM}, looked at before a gateway runs.
 *
 * @param home the image, which may be read-only
 * @param data the data folder, which need not be there yet
 * @param java the feature number of the running Java
 */
record Product(Path home, Path data, int java) {

    static final String MECHANISM = "callgate";

    private static final int LEAST_JAVA = 17;
    private static final long LEAST_FREE_MIB = 64;
    private static final int SOCKET_PATH_BYTES = 107;
    private static final List<String> WRITTEN =
            List.of("configs", "deploy", "deployed", "set-aside", "history", "state", "cache", "log");

    Needs needs() {
        return new Needs(
                MECHANISM,
                List.of(
                        need("java", "what it runs on", m -> javaVersion(), "install a Java runtime of 17 or newer"),
                        need("image", "what was shipped", this::image, "unpack the image again"),
                        need(
                                "data-folder",
                                "configurations, log, deploy",
                                this::dataFolder,
                                "ask as the user who runs the gateway; while none runs, chown -R it to that user, or name"
                                        + " another with --data DIR"),
                        need(
                                "free-space",
                                "configurations, log, deploy",
                                m -> freeSpace(),
                                "free space there, or name another folder with --data DIR"),
                        need("lock", "one gateway per data folder", this::lock, "ask as the user who runs the gateway"),
                        new Need(
                                "socket-path",
                                "other programs than callgate shell, which takes a short link to it",
                                m -> socketPath(),
                                "name a data folder with a shorter path by --data DIR",
                                true)));
    }

    private static Need need(String name, String what, Check check, String mend) {
        return new Need(name, what, check, mend, false);
    }

    private Finding javaVersion() {
        return Finding.of(java >= LEAST_JAVA ? State.PRESENT : State.LIMIT_TOO_LOW, "Java " + java);
    }

    private Finding image(Machine machine) throws IOException {
        Path list = home.resolve("start.list");
        if (!Files.exists(list)) {
            return Finding.of(State.ABSENT, "no " + list);
        }
        List<String> missing = Files.readAllLines(list).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> line.substring(line.indexOf(' ') + 1).strip())
                .filter(path -> !machine.readable().test(home.resolve(path)))
                .toList();
        return missing.isEmpty()
                ? Finding.of(State.PRESENT)
                : Finding.of(State.ABSENT, "no " + missing.get(0) + others(missing.size() - 1));
    }

    private static String others(int count) {
        return count == 0 ? "" : " and " + count + " more";
    }

    private Finding dataFolder(Machine machine) {
        if (!Files.exists(data)) {
            Path above = nearestThere();
            return Files.isDirectory(above) && machine.writable().test(above)
                    ? Finding.of(State.PRESENT, "made at the first start")
                    : Finding.of(State.NOT_PERMITTED, above.toString());
        }
        if (!Files.isDirectory(data)) {
            return Finding.of(State.ABSENT, data + " is no folder");
        }
        return WRITTEN.stream()
                .map(data::resolve)
                .filter(Files::exists)
                .filter(folder -> !machine.writable().test(folder))
                .findFirst()
                .or(() -> machine.writable().test(data) ? Optional.empty() : Optional.of(data))
                .map(folder -> Finding.of(State.NOT_PERMITTED, folder.toString()))
                .orElse(Finding.of(State.PRESENT));
    }

    private Finding freeSpace() throws IOException {
        long mebibytes = Files.getFileStore(nearestThere()).getUsableSpace() >> 20;
        return mebibytes >= LEAST_FREE_MIB
                ? Finding.of(State.PRESENT, mebibytes + " MiB")
                : Finding.of(State.LIMIT_TOO_LOW, mebibytes + " of " + LEAST_FREE_MIB + " MiB");
    }

    /** The kernel's lock ends with its process, so a file left behind stops nobody who may open it. */
    private Finding lock(Machine machine) throws IOException {
        if (Files.isDirectory(data) && !Files.isExecutable(data)) {
            return Finding.of(State.NOT_PERMITTED, data + " of " + Files.getOwner(data));
        }
        Path lock = data.resolve("lock");
        if (!Files.exists(lock)) {
            return Finding.of(State.PRESENT, "free");
        }
        if (!machine.readable().test(lock) || !machine.writable().test(lock)) {
            return Finding.of(State.NOT_PERMITTED, lock + " of " + Files.getOwner(lock));
        }
        String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
        boolean held = machine.lines("/proc/locks").stream().anyMatch(line -> line.contains(inode));
        return Finding.of(
                State.PRESENT,
                held
                        ? "held by the running gateway, pid "
                                + Files.readString(lock).strip()
                        : "free, no gateway runs");
    }

    private Finding socketPath() {
        Path socket = data.toAbsolutePath().normalize().resolve("shell.sock");
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        return bytes <= SOCKET_PATH_BYTES
                ? Finding.of(State.PRESENT)
                : Finding.of(
                        State.LIMIT_TOO_LOW,
                        String.format(
                                Locale.ROOT, "%d bytes, a socket's path has at most %d", bytes, SOCKET_PATH_BYTES));
    }

    private Path nearestThere() {
        Path path = data.toAbsolutePath().normalize();
        while (!Files.exists(path)) {
            path = path.getParent();
        }
        return path;
    }
}
