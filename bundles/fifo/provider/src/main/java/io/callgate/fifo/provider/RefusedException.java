// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import java.io.IOException;

/** A FIFO that cannot be had now; the message says why, and what mends it. */
final class RefusedException extends IOException {

    RefusedException(String message) {
        super(message);
    }
}
