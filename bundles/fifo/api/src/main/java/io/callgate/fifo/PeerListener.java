// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #FIFO}{@code =NAME} (or a list of names) to be told when the other end
 * of a configured FIFO is opened and closed. All listeners are told, each in order, on the executor that all listeners
 * of the gateway share.
 */
@ConsumerType
@FunctionalInterface
public interface PeerListener {

    /** Service property: names of the FIFOs, a String or a list. */
    String FIFO = RecordListener.FIFO;

    /**
     * The other end has changed hands. Of a peer that opens and closes between two looks nothing may be told.
     *
     * @throws Exception is logged
     */
    void peer(PeerEvent event) throws Exception;
}
