// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #RING}{@code =NAME} (or a list of names) to consume the messages of
 * a configured ring whose role is {@code consumer} or {@code both}.
 *
 * <p>A message is given to one listener: the one with the highest {@code service.ranking}, among equals the oldest. The
 * others are its successors: when it leaves, the next goes on with the next message, and none is lost or told twice.
 * Called in order, one call at a time, on the ring's own thread. While it does not return the messages stay in the ring,
 * and producers find it full one day.
 */
@ConsumerType
@FunctionalInterface
public interface RingListener {

    /** Service property: names of the rings, a String or a list. */
    String RING = "shm.ring";

    /**
     * A message was read.
     *
     * @param message until this returns: copy what is to be kept
     * @throws Exception is logged; the message counts as consumed
     */
    void message(Ring ring, RingMessage message) throws Exception;
}
