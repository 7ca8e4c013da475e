// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

/** A configuration that cannot be used; the message says why. */
final class InvalidSettingException extends Exception {

    InvalidSettingException(String message) {
        super(message);
    }
}
