// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import java.util.concurrent.ArrayBlockingQueue;

/** A few small blocks for the arguments of calls, used again so that waiting and receiving make no garbage. */
final class Scratch {

    private static final int SPARES = 16;
    private static final int BYTES = 64;

    private final ArrayBlockingQueue<Block> spares = new ArrayBlockingQueue<>(SPARES);

    /** A block of 64 bytes with any content. */
    Block take() {
        Block block = spares.poll();
        return block == null ? Block.allocate(BYTES) : block;
    }

    /** Gives it back; one too many goes with the garbage collector. Also keeps it reachable until here. */
    void give(Block block) {
        spares.offer(block);
    }
}
