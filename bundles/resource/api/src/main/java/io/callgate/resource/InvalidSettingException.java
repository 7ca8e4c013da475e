// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

/** A configuration that cannot be used; the message is the one line that says why. */
public final class InvalidSettingException extends Exception {

    private static final long serialVersionUID = 1;

    /** @param message names the key, its value, and what it may be */
    public InvalidSettingException(String message) {
        super(message);
    }
}
