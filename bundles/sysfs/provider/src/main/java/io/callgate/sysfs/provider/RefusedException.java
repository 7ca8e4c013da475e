// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

/** There is no such file, or not one that may be used; the message is the one line that says why and what mends it. */
final class RefusedException extends Exception {

    RefusedException(String message) {
        super(message);
    }
}
