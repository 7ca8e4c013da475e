// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import org.osgi.annotation.versioning.ConsumerType;

/** Is given each message that {@link RingConsumer#poll} finds. */
@ConsumerType
@FunctionalInterface
public interface RingHandler {

    /** @param message until this returns: copy what is to be kept */
    void message(RingMessage message);
}
