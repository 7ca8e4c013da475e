// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import org.osgi.annotation.versioning.ProviderType;

/**
 * The shared executor on which whiteboard listeners are called: a few threads for all, and a lane per listener in
 * which one call follows the other. A slow listener fills its own lane and delays nobody. Work that waits for a driver
 * or a disk has threads of its own, so that slow hardware holds up no listener. Thread safe.
 */
@ProviderType
public interface Dispatcher {

    /**
     * A listener's service property: {@code Boolean.TRUE} says that it returns within microseconds and waits for nobody. It
     * is called on the thread that has the news, without the 50 microseconds that waking another costs. Whoever takes
     * longer than a few milliseconds once is called as all others from then on, and the log says so.
     */
    String PROMPT = "callgate.prompt";

    /**
     * A new lane.
     *
     * @param owner whose it is, for the log, for example the listener's class
     * @param capacity how many calls may wait in it, at least 1
     */
    Lane lane(String owner, int capacity);

    /**
     * A new lane for calls that may take a driver's or a disk's time, up to seconds. They share threads with each other,
     * never with listeners, if the implementation has several threads at all.
     *
     * @param owner whose it is, for the log, for example {@code attribute cpu-temp}
     * @param capacity how many calls may wait in it, at least 1
     */
    default Lane blockingLane(String owner, int capacity) {
        return lane(owner, capacity);
    }

    /**
     * A new lane that does its calls at once, on the thread that offers them, as long as they are {@link #PROMPT} and none
     * is being done already.
     *
     * @param owner whose it is, for the log, for example the listener's class
     * @param capacity how many calls may wait in it, at least 1
     */
    default Lane promptLane(String owner, int capacity) {
        return lane(owner, capacity);
    }

    /** What is to be done in a lane; what it throws is logged, rate-limited, with the lane's owner. */
    @FunctionalInterface
    interface Task {

        void run() throws Exception;
    }

    /** A bounded queue of calls, done one after the other in order. */
    @ProviderType
    interface Lane extends AutoCloseable {

        /** Adds a call; false if the lane is full or closed. Never blocks, but for a prompt lane's call. */
        boolean offer(Task task);

        /** Forgets what waits, and waits up to a second for a call that is being done (not if that call closes). */
        @Override
        void close();
    }
}
