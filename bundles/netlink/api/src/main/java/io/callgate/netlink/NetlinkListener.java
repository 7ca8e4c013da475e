// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is given the events of a {@link NetlinkSubscription}, on the event loop: read what is needed and hand it on, never block.
 */
@ConsumerType
@FunctionalInterface
public interface NetlinkListener {

    /**
     * An event of the kernel's.
     *
     * @param message valid during the call; the same object every time, so that listening makes no garbage
     */
    void event(MessageDecoder message) throws IOException;

    /** The kernel dropped events, how many it does not say: what is known may be wrong, list again. */
    default void overrun() throws IOException {}
}
