// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #FIFO}{@code =NAME} (or a list of names) to consume the records of a
 * configured FIFO.
 *
 * <p>A record is given to one listener: the one with the highest {@code service.ranking}, among equals the oldest. The
 * others are its successors: when it leaves, the next goes on with the next record, and none is lost or told twice.
 * Called in order, one call at a time, on the executor that all listeners of the gateway share, so it must not wait long.
 * While it does not return the FIFO is not read, and those who write to it find it full one day.
 */
@ConsumerType
@FunctionalInterface
public interface RecordListener {

    /** Service property: names of the FIFOs, a String or a list. */
    String FIFO = "fifo.pipe";

    /**
     * A record was read.
     *
     * @param fifo it came from
     * @param record without its framing, from position 0 to the limit; until this returns: copy what is to be kept
     * @throws Exception is logged; the record counts as consumed
     */
    void record(Fifo fifo, ByteBuffer record) throws Exception;
}
