// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

/**
 * A FIFO at one moment, and what this service has counted since it is there.
 *
 * @param waitingBytes bytes in the pipe that nobody has read; -1 if the gateway has no end open
 * @param pipeBytes capacity of the pipe; -1 if the gateway has no end open
 * @param recordsRead that were given to readers and listeners
 * @param recordsWritten that went into the pipe
 * @param torn records of which a peer that left had written a part only; they were dropped
 * @param oversized records that were longer than {@link Fifo#recordBytes}; they were dropped
 */
public record FifoStatistics(
        long waitingBytes, long pipeBytes, long recordsRead, long recordsWritten, long torn, long oversized) {}
