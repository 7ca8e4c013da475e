// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.resource.Dispatcher;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import io.callgate.signals.SignalListener;
import java.util.Set;

/** One registration of a listener, with its lane, in which calls for all its signals follow one another. Thread safe. */
final class Hearer {

    /** Standard signals that may wait for one listener. */
    static final int BACKLOG = 64;

    private final long id;
    private final int ranking;
    private final String bundle;
    private final Set<Signal> signals;
    private final SignalListener listener;
    private final Dispatcher.Lane lane;
    private int waiting; // standard signals in the lane; guarded by this
    private long lost; // guarded by this

    Hearer(long id, int ranking, String bundle, Set<Signal> signals, SignalListener listener, Dispatcher dispatcher) {
        this.id = id;
        this.ranking = ranking;
        this.bundle = bundle;
        this.signals = Set.copyOf(signals);
        this.listener = listener;
        // Beside the backlog, one turn and the next for each signal that is taken when there is room.
        this.lane = dispatcher.lane(listener.getClass().getName(), BACKLOG + 2 * Signal.RTMAX);
    }

    long id() {
        return id;
    }

    int ranking() {
        return ranking;
    }

    /** Who listens. */
    String bundle() {
        return bundle;
    }

    Set<Signal> signals() {
        return signals;
    }

    /** Has something done when the listener is free. */
    void whenFree(Dispatcher.Task task) {
        lane.offer(task);
    }

    /** On the lane alone. */
    void tell(SignalEvent event) throws Exception {
        listener.signal(event);
    }

    /** Tells it in its turn, or counts that it was too slow. */
    synchronized void offer(SignalEvent event) {
        SignalEvent told = event.after(lost);
        if (waiting < BACKLOG && lane.offer(() -> tellWaiting(told))) {
            waiting++;
            lost = 0;
        } else {
            lost++;
        }
    }

    private void tellWaiting(SignalEvent event) throws Exception {
        synchronized (this) {
            waiting--;
        }
        listener.signal(event);
    }

    /** It is not called any more when this returns, unless it does not return from a call. */
    void close() {
        lane.close();
    }
}
