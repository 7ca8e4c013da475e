// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;

/** What is in a file is no configuration; the message says where and what, in one line. */
final class MalformedFile extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedFile(String message) {
        super(message);
    }

    MalformedFile(String message, Throwable cause) {
        super(message, cause);
    }
}
