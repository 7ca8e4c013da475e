// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.resource.Damping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** So many times within ten seconds are put up with; that what is held back has stayed is for the test to say. */
public final class FakeDamping implements Damping {

    private final int comings;
    private final List<Runnable> held = new ArrayList<>();

    /** @param comings that are put up with */
    public FakeDamping(int comings) {
        this.comings = comings;
    }

    @Override
    public int comings() {
        return comings;
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
        held.add(task);
        return () -> held.remove(task);
    }

    /** What is held back has stayed. */
    public void settleAll() {
        List<Runnable> due = List.copyOf(held);
        held.clear();
        due.forEach(Runnable::run);
    }
}
