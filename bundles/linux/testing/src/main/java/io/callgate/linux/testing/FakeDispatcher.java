// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.resource.Dispatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The shared executor of listeners, on the test's own thread: calls are made at once, or, held back, when
 * {@link #run()} says so. What a listener throws is collected. Thread safe.
 */
public final class FakeDispatcher implements Dispatcher {

    private final List<FakeLane> lanes = new ArrayList<>();
    private final List<Exception> failures = new ArrayList<>();
    private boolean held;

    /** From now on calls wait in their lanes, which may get full. */
    public synchronized FakeDispatcher hold() {
        held = true;
        return this;
    }

    /** Makes all calls that wait, and from now on makes them at once. */
    public void run() {
        List<FakeLane> all;
        synchronized (this) {
            held = false;
            all = List.copyOf(lanes);
        }
        all.forEach(FakeLane::drain);
    }

    /** What listeners have thrown. */
    public synchronized List<Exception> failures() {
        return List.copyOf(failures);
    }

    /** How many lanes are open: one per listener. */
    public synchronized int lanes() {
        return lanes.size();
    }

    @Override
    public synchronized Lane lane(String owner, int capacity) {
        return added(new FakeLane(capacity, false));
    }

    /** Its calls are made at once, also while others are held back. */
    @Override
    public synchronized Lane promptLane(String owner, int capacity) {
        return added(new FakeLane(capacity, true));
    }

    private FakeLane added(FakeLane lane) {
        lanes.add(lane);
        return lane;
    }

    private synchronized boolean isHeld() {
        return held;
    }

    private synchronized void closed(FakeLane lane) {
        lanes.remove(lane);
    }

    private void call(Task task) {
        try {
            task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            synchronized (this) {
                failures.add(e);
            }
        }
    }

    private final class FakeLane implements Lane {

        private final int capacity;
        private final boolean prompt;
        private final Queue<Task> waiting = new ArrayDeque<>();
        private boolean draining;
        private boolean closed;

        FakeLane(int capacity, boolean prompt) {
            this.capacity = capacity;
            this.prompt = prompt;
        }

        @Override
        public boolean offer(Task task) {
            synchronized (this) {
                if (closed || waiting.size() >= capacity) {
                    return false;
                }
                waiting.add(task);
            }
            if (prompt || !isHeld()) {
                drain();
            }
            return true;
        }

        /** One call after the other, also if a call offers the next one. */
        private void drain() {
            synchronized (this) {
                if (draining) {
                    return;
                }
                draining = true;
            }
            for (Task task = next(); task != null; task = next()) {
                call(task);
            }
        }

        private synchronized Task next() {
            Task task = waiting.poll();
            draining = task != null;
            return task;
        }

        @Override
        public void close() {
            synchronized (this) {
                closed = true;
                waiting.clear();
            }
            closed(this);
        }
    }
}
