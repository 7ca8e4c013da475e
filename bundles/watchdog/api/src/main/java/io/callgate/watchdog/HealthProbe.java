// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An application that would rather be asked: as {@link WatchdogClient}, with the same service properties, but it is its
 * answer to {@link #probe} that counts as a sign of life.
 */
@ConsumerType
@FunctionalInterface
public interface HealthProbe {

    /**
     * Is everything well? Called three times in each deadline, on a thread that serves this probe alone, so it may block
     * (and is interrupted when its service leaves). Touch what could hang: take the lock, read the queue.
     *
     * @throws Exception if not; the deadline goes on. The message is shown.
     */
    void probe() throws Exception;
}
