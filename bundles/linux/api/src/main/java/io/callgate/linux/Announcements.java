// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A share in the kernel's announcements. Who is going to be updated pauses it, tells its own listeners what it has, and leaves
 * it; what comes meanwhile waits in the door for the successor, so that nothing is lost. Thread safe.
 */
@ProviderType
public interface Announcements extends EventLoop.Registration {

    /** From now on announcements wait, as many as the door keeps. When this returns the listener is not running. */
    void pause();

    /**
     * Leaves it, paused, to whoever asks for announcements under the same name within the time of a handover.
     *
     * @param lost whether the successor is to be told of a loss first
     */
    void leave(Duration handover, boolean lost);
}
