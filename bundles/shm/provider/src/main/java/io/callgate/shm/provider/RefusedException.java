// SPDX-License-Identifier: Apache-2.0
package io.callgate.shm.provider;

import java.io.IOException;

/** Memory that cannot be had now; the message says why, and what mends it. */
final class RefusedException extends IOException {

    RefusedException(String message) {
        super(message);
    }
}
