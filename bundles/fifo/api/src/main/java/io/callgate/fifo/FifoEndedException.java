// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

import java.io.IOException;

/** The service that stood for a FIFO is no more, or its node was removed: bind the service anew. */
public class FifoEndedException extends IOException {

    /** @param message what happened, to which FIFO */
    public FifoEndedException(String message) {
        super(message);
    }
}
