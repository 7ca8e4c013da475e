// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import java.util.Optional;

/** What the commands know of a configuration, whether its file is there or not. */
public interface ConfiguredAttribute {

    /** Its NAME, its state, and why. */
    ResourceStatus status();

    /** The path as it was configured. */
    String configuredPath();

    /** The service, while it is live. */
    Optional<Attribute> attribute();
}
