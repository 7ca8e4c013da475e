// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.resource.Dispatcher;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work in a lane. Asked for twice before it is done, it is done once: so the lane is never full. Thread safe. */
final class Request {

    private final Dispatcher.Lane lane;
    private final Runnable work;
    private final AtomicBoolean asked = new AtomicBoolean();

    Request(Dispatcher.Lane lane, Runnable work) {
        this.lane = lane;
        this.work = work;
    }

    /** Never blocks. */
    void ask() {
        if (asked.compareAndSet(false, true) && !lane.offer(this::begin)) {
            asked.set(false);
        }
    }

    /** From here on it can be asked for again: what happens meanwhile may come too late for this time. */
    private void begin() {
        asked.set(false);
        work.run();
    }
}
