// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

/** There is no such device, or not one that may be used; the message is the one line that says why and what mends it. */
final class RefusedException extends Exception {

    RefusedException(String message) {
        super(message);
    }
}
