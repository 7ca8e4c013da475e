// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

/** A jar that cannot become a bundle. The message continues the file's name, and ends with what mends it. */
final class BadJarException extends Exception {

    private static final long serialVersionUID = 1;

    BadJarException(String message) {
        super(message);
    }
}
