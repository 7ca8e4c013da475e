// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import io.callgate.shm.RingGoneException;
import io.callgate.shm.RingProducer;
import java.nio.ByteBuffer;

/** An application's end. A fault of the memory becomes an exception that says what has happened to the file. */
final class OpenProducer implements RingProducer {

    private final OpenRing owner;
    private final RingMemory ring;
    private final RingWriter writer;
    private boolean closed;

    OpenProducer(OpenRing owner, RingMemory ring, RingWriter writer) {
        this.owner = owner;
        this.ring = ring;
        this.writer = writer;
    }

    @Override
    public boolean offer(int type, ByteBuffer message) throws RingGoneException {
        try {
            int length = message.remaining();
            if (!claim(type, length)) {
                return false;
            }
            ByteBuffer claimed = writer.bytes();
            claimed.put(claimed.position(), message, message.position(), length);
            commit();
            return true;
        } catch (InternalError e) { // the runtime may tell it as late as at the beginning of the next call
            throw faulted();
        }
    }

    @Override
    public boolean claim(int type, int length) throws RingGoneException {
        try {
            if (closed) {
                throw new IllegalStateException("this producer was closed");
            }
            return writer.claim(type, length);
        } catch (InternalError e) {
            throw faulted();
        }
    }

    @Override
    public ByteBuffer bytes() {
        return writer.bytes();
    }

    @Override
    public void commit() throws RingGoneException {
        try {
            if (!writer.commit()) {
                owner.landed(writer.slot(), writer.intended());
            }
        } catch (InternalError e) {
            throw faulted();
        }
    }

    @Override
    public void abort() throws RingGoneException {
        try {
            if (!writer.abort()) {
                ring.check();
            }
        } catch (InternalError e) {
            throw faulted();
        }
    }

    /** What was claimed has gone with the memory: who goes on is told so, not that a claim is open. */
    private RingGoneException faulted() {
        writer.forget();
        return ring.faulted();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        owner.leave(this, writer);
    }
}
