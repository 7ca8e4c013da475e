// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;

/** A call on a {@link LineRequest} that has ended: it was closed or left, its backend was updated, its chip has gone. */
public final class RequestEndedException extends IOException {

    /** @param request in a few words, for example {@code lamp (gpiochip0 line 3)} */
    public RequestEndedException(String request) {
        super("the request of " + request + " has ended");
    }
}
