// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import org.osgi.service.component.ComponentConstants;

/** What Declarative Services' reasons for a deactivation mean for what a component holds. */
public final class Reasons {

    private Reasons() {}

    /** True if nobody will want it back; an update, a stop and a lost reference cannot be told from each other. */
    public static boolean isForGood(int reason) {
        return reason == ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED
                || reason == ComponentConstants.DEACTIVATION_REASON_DISABLED;
    }
}
