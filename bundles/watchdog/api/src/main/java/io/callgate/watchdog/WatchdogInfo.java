// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import java.util.Set;

/**
 * What a driver says of itself ({@code WDIOC_GETSUPPORT}).
 *
 * @param identity of the hardware or driver, for example {@code i6300ESB timer}
 * @param firmwareVersion of the card; 0 if it has none
 * @param options what it supports
 */
public record WatchdogInfo(String identity, int firmwareVersion, Set<WatchdogFlag> options) {

    /** Takes a copy of the options. */
    public WatchdogInfo {
        options = Set.copyOf(options);
    }
}
