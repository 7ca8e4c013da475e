// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.util.List;
import java.util.Optional;

/**
 * The network interfaces at a moment.
 *
 * @param nanos when they were read, on CLOCK_MONOTONIC: only differences mean something; {@link System#nanoTime()}
 * @param interfaces in the kernel's order
 */
public record Net(long nanos, List<NetInterface> interfaces) {

    /** Takes a copy of the list. */
    public Net {
        interfaces = List.copyOf(interfaces);
    }

    /** One interface, if it is there. */
    public Optional<NetInterface> named(String name) {
        return interfaces.stream().filter(each -> each.name().equals(name)).findFirst();
    }
}
