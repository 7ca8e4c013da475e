// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.Watchdog;
import java.util.Optional;

/** What the commands know of a configuration, whether its device is there or not. */
interface ConfiguredWatchdog {

    /** Its NAME, its state, and why. */
    ResourceStatus status();

    /** What it can do while it is live. */
    Watchdog watchdog();

    /** Its device, while there is one. */
    Optional<SysfsWatchdog> device();
}
