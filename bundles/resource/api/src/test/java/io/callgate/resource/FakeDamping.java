// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Three times within ten seconds; time is what the test says. */
final class FakeDamping implements Damping {

    final List<Runnable> waiting = new ArrayList<>();

    @Override
    public int comings() {
        return 3;
    }

    @Override
    public Duration within() {
        return Duration.ofSeconds(10);
    }

    @Override
    public Duration settle() {
        return Duration.ofSeconds(1);
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        waiting.add(task);
        return () -> waiting.remove(task);
    }

    /** A second goes by. */
    void settleAll() {
        List<Runnable> due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }
}
