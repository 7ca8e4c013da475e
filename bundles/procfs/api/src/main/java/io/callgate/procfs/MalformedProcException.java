// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;

/**
 * A file of /proc did not read as this version of the gateway knows it: which file, which line, what was expected and
 * what stood there.
 */
public final class MalformedProcException extends IOException {

    /** @param message as above, one line */
    public MalformedProcException(String message) {
        super(message);
    }
}
