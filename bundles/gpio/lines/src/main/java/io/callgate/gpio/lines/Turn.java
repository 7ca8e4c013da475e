// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.resource.Dispatcher;
import java.util.concurrent.atomic.AtomicBoolean;

/** Work in a lane. Asked for twice before it is done, it is done once: so a lane holds one for each asker. Thread safe. */
final class Turn {

    private final Runnable work;
    private final AtomicBoolean asked = new AtomicBoolean();

    Turn(Runnable work) {
        this.work = work;
    }

    /** Never blocks. */
    void ask(Dispatcher.Lane lane) {
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
