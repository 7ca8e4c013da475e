// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.Device;
import io.callgate.resource.ResourceStatus;
import java.util.Optional;

/** What the commands know of a configuration, whether its device is there or not. */
public interface ConfiguredDevice {

    /** Its NAME, its state, and why. */
    ResourceStatus status();

    /** The path as it was configured. */
    String configuredPath();

    /** The service, while it is live. */
    Optional<Device> device();
}
