// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The table of open descriptors; the lowest free number is given, as the kernel does. */
final class Descriptors {

    private static final int FIRST = 3;
    private static final Path SELF = Path.of("/proc/self/fd");

    private final Map<Integer, FakeFd> open = new ConcurrentSkipListMap<>();
    private final List<Consumer<FakeFd>> whenClosed = new CopyOnWriteArrayList<>();
    private Path links; // null as long as nobody wants any

    synchronized FakeFd add(String subject, FakeFd.Opening opening) {
        int number = FIRST;
        while (open.containsKey(number)) {
            number++;
        }
        FakeFd fd = new FakeFd(this, number, subject, opening);
        open.put(number, fd);
        if (links != null && fd.path != null) {
            link(fd);
        }
        return fd;
    }

    /** From now on there is a link in this folder for every descriptor that has a path. */
    synchronized void links(Path folder) {
        links = folder;
    }

    /** The open descriptor that a path in {@code /proc/self/fd}, or in the folder of links, names. */
    synchronized Optional<FakeFd> named(Path path) {
        Path parent = path.getParent();
        if (!SELF.equals(parent) && (links == null || !links.equals(parent))) {
            return Optional.empty();
        }
        String number = path.getFileName().toString();
        return open.values().stream()
                .filter(fd -> number.equals(Integer.toString(fd.number)))
                .findFirst();
    }

    private void link(FakeFd fd) {
        try {
            Path target = Files.exists(fd.path) ? fd.path.toRealPath() : fd.path;
            Files.createSymbolicLink(links.resolve(Integer.toString(fd.number)), target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void whenClosed(Consumer<FakeFd> action) {
        whenClosed.add(action);
    }

    void closed(FakeFd fd) {
        synchronized (this) {
            open.remove(fd.number);
            if (links != null && fd.path != null) {
                unlink(fd);
            }
        }
        whenClosed.forEach(action -> action.accept(fd));
    }

    private void unlink(FakeFd fd) {
        try {
            Files.deleteIfExists(links.resolve(Integer.toString(fd.number)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<FakeFd> open() {
        return List.copyOf(open.values());
    }
}
