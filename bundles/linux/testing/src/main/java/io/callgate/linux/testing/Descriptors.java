// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The table of open descriptors; the lowest free number is given, as the kernel does. */
final class Descriptors {

    private static final int FIRST = 3;

    private final Map<Integer, FakeFd> open = new ConcurrentSkipListMap<>();
    private final List<Consumer<FakeFd>> whenClosed = new CopyOnWriteArrayList<>();

    synchronized FakeFd add(String subject, FakeFd.Opening opening) {
        int number = FIRST;
        while (open.containsKey(number)) {
            number++;
        }
        FakeFd fd = new FakeFd(this, number, subject, opening);
        open.put(number, fd);
        return fd;
    }

    void whenClosed(Consumer<FakeFd> action) {
        whenClosed.add(action);
    }

    void closed(FakeFd fd) {
        open.remove(fd.number);
        whenClosed.forEach(action -> action.accept(fd));
    }

    List<FakeFd> open() {
        return List.copyOf(open.values());
    }
}
