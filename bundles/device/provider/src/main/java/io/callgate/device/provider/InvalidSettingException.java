// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

/** A configuration that cannot be used; the message is the one line that says why. */
final class InvalidSettingException extends Exception {

    InvalidSettingException(String message) {
        super(message);
    }
}
