// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

import java.io.IOException;

/** The queue, or the service that stood for it, is no more: bind the service anew. */
public class QueueGoneException extends IOException {

    /** @param message what happened, to which queue */
    public QueueGoneException(String message) {
        super(message);
    }
}
