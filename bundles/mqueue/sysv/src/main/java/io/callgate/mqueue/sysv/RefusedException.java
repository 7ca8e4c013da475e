// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import java.io.IOException;

/** A queue that cannot be had now; the message says why, and what mends it. */
final class RefusedException extends IOException {

    RefusedException(String message) {
        super(message);
    }
}
