// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A kernel setting that a configuration declares. One service per configuration {@value #PID}{@code ~NAME}; bind it by
 * {@code (callgate.name=NAME)}. It is registered while the value is in force.
 *
 * <p>The original is remembered on the medium before the first change and put back when the configuration is deleted,
 * also if the gateway was killed in between. It is forgotten at the next boot, which put it back by itself. Thread safe.
 */
@ProviderType
public interface SysctlValue {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.procfs.sysctl";

    /** As in {@link Sysctl}, with dots. */
    String key();

    /** What the configuration says. */
    String declared();

    /** What it was before, without the newline at its end. */
    String original();

    /** What it is now: the kernel or somebody else may have changed it. */
    String current() throws IOException;
}
