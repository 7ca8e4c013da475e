// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The errors that a test has ordered: which call on which subject answers what. */
final class Refusals {

    /** Not a system call: opening with an access that includes writing. */
    static final String OPEN_FOR_WRITING = "open for writing";

    private record Order(String call, String subject) {}

    private final Map<Order, Errno> orders = new ConcurrentHashMap<>();

    void order(String call, String subject, Errno errno) {
        orders.put(new Order(call, subject), errno);
    }

    void cancel(String call, String subject) {
        orders.remove(new Order(call, subject));
    }

    void check(String call, String subject) throws ErrnoException {
        Errno errno = orders.get(new Order(call, subject));
        if (errno != null) {
            throw new ErrnoException(call.equals(OPEN_FOR_WRITING) ? "open" : call, subject, errno);
        }
    }
}
