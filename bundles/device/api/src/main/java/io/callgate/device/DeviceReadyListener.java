// SPDX-License-Identifier: Apache-2.0
package io.callgate.device;

import io.callgate.linux.Ready;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #DEVICE}{@code =NAME} (or a list of names) to be called while that
 * device is ready. Nothing has to be unregistered by hand.
 *
 * <p>The kernel keeps what is there until somebody reads it: a device is not asked again before every listener of it has
 * returned, so a slow one delays the other listeners of that device, and no other device. A device in error or hung up is
 * asked again after 100 ms.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
@ConsumerType
@FunctionalInterface
public interface DeviceReadyListener {

    /** Service property: names of the devices, a String or a list. */
    String DEVICE = "device.name";

    /** Service property, optional: what to wait for, of {@code in}, {@code pri} and {@code out}; {@code in} if absent. */
    String EVENTS = "device.events";

    /**
     * The device is ready, or in error.
     *
     * @param ready bits of {@link Ready}; {@link Ready#ERR} and {@link Ready#HUP} without having been asked for
     */
    void ready(Device device, int ready) throws Exception;
}
