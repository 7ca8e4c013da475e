// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.io.IOException;

/** A driver has refused its settings, and was disarmed again. */
final class RejectedException extends IOException {

    private static final long serialVersionUID = 1;

    RejectedException(String device, Exception reason) {
        super(device + " does not take the settings: " + reason.getMessage(), reason);
    }
}
