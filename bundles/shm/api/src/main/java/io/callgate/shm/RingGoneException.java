// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm;

import java.io.IOException;

/** The shared memory is no more: somebody removed, truncated or overwrote the file, or the service has ended. */
public final class RingGoneException extends IOException {

    /** @param message what happened to which file */
    public RingGoneException(String message) {
        super(message);
    }
}
