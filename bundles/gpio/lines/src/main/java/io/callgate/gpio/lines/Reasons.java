// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import org.osgi.service.component.ComponentConstants;

/** What Declarative Services' reasons for a deactivation mean for a line. */
final class Reasons {

    private Reasons() {}

    /** True if nobody will want the lines back; an update, a stop and a lost reference cannot be told from each other. */
    static boolean isForGood(int reason) {
        return reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED
                || reason == ComponentConstants.DEACTIVATION_REASON_DISABLED;
    }
}
