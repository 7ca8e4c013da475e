// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service to be told when a line is requested, released or reconfigured by anybody, inside
 * or outside the gateway. {@value GpioChip#CHIP} or {@value GpioChip#LABEL} (a String or a list) narrows it to chips,
 * {@value #OFFSET} (an Integer or a list) to lines; without them all lines of all chips are told. Only the character
 * device tells; a chip that only sysfs serves is silent.
 *
 * <p>Called in order, one call at a time, on the shared executor; a slow listener delays nobody but loses changes, which
 * the next one counts. What it throws is logged.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/gpio-lineinfo-changed-read.html">GPIO_LINEINFO_CHANGED_READ</a>
 */
@ConsumerType
@FunctionalInterface
public interface LineChangeListener {

    /** Service property, optional: offsets of the lines. */
    String OFFSET = "gpio.offset";

    /** Something happened; {@link LineChange#lost()} changes were dropped before it. */
    void changed(LineChange change) throws Exception;
}
