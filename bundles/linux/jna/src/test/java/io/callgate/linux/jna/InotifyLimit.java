// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.ErrnoException;
import io.callgate.linux.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that sets the limits of inotify in its user namespace and prints how it meets them. */
final class InotifyLimit {

    static final int NOT_PERMITTED = 77;

    private InotifyLimit() {}

    public static void main(String[] arguments) throws IOException {
        if (isInitialNamespace()) {
            System.out.println("this is not a user namespace of its own: the limits are everybody's, and stay");
            System.exit(NOT_PERMITTED);
        }
        try {
            Files.writeString(Path.of("/proc/sys/user/max_inotify_watches"), "3");
            Files.writeString(Path.of("/proc/sys/user/max_inotify_instances"), "1");
        } catch (IOException e) {
            System.out.println("the limits of this namespace cannot be set: " + e);
            System.exit(NOT_PERMITTED);
        }
        try (Door door = new Door();
                Inotify inotify = door.waiting.inotify()) {
            for (int i = 0; i < 4; i++) {
                Path folder = Files.createDirectories(Path.of(arguments[0], String.valueOf(i)));
                print(() -> inotify.add(folder, Inotify.CREATE));
            }
            print(door.waiting::inotify);
        }
    }

    /** Where every user is itself; only there is the whole range mapped. */
    private static boolean isInitialNamespace() throws IOException {
        return Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith(" 4294967295");
    }

    @FunctionalInterface
    private interface Call {
        Object call() throws IOException;
    }

    private static void print(Call call) throws IOException {
        try {
            call.call();
        } catch (ErrnoException e) {
            System.out.println(e.getMessage());
        }
    }
}
