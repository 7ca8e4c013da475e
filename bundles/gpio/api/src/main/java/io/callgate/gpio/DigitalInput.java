// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A GPIO line that the gateway reads, by its logical level; its edges go to {@link EdgeListener}s.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while the line is held, also while the backend below it is updated: a call made in that moment waits for the new
 * backend. Thread safe; a call takes one system call (and a driver's time where the chip is behind a bus), or that wait.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/chardev.html">GPIO character device userspace API</a>
 */
@ProviderType
public interface DigitalInput extends Line {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.gpio.input";
}
