// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;

/** An operation on an {@link Fd} after it was closed, or while it was being closed. */
public final class ClosedFdException extends IOException {

    /** @param subject what the descriptor was opened for */
    public ClosedFdException(String subject) {
        super(subject + " was closed");
    }
}
