// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;

/** EBUSY: only one program may have a watchdog open, and another one has it. */
public class WatchdogBusyException extends ErrnoException {

    private final String holder;

    /**
     * @param node that was to be opened
     * @param holder who has it open, or empty if this user may not see that
     */
    public WatchdogBusyException(String node, String holder) {
        super("open", node, Errno.EBUSY);
        this.holder = holder;
    }

    /** Who has it open, for example {@code watchdogd (pid 77)}; empty if this user may not see that. */
    public String holder() {
        return holder;
    }

    @Override
    public String getMessage() {
        return super.getMessage() + ", held by " + (holder.isEmpty() ? "a program that this user may not see" : holder);
    }
}
