// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A GPIO line driven by the gateway, by its logical level.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. It is registered
 * while the line is held, also while the backend below it is updated: the level does not change, and a call made in that
 * moment waits for the new backend. When the configuration is deleted, its bundle stopped for good or the gateway ended
 * in order, the line is driven to its safe level, if it has one, and released; after that, and after a SIGKILL, its
 * level is the driver's own. Thread safe; a call takes one system call (and a driver's time where the chip is behind a
 * bus), or that wait.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/chardev.html">GPIO character device userspace API</a>
 */
@ProviderType
public interface DigitalOutput extends Line {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.gpio.output";

    /**
     * Drives the line. Makes no garbage.
     *
     * @throws io.callgate.linux.ErrnoException ENODEV if its chip has gone (and so will this service); EIO and others if
     *     a chip behind a bus does not answer: the level is not known then
     */
    void set(Level level) throws IOException;
}
