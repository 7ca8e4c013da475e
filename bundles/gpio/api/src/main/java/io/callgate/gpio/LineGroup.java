// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Up to 64 lines of one chip, held by one request and read and written together: bit 0 is the first line of the
 * configuration, a set bit is {@link Level#ACTIVE}. Edges go to {@link EdgeListener}s with the line's offset.
 *
 * <p>One service per configuration {@value #PID}{@code ~NAME}; bind it by {@code (callgate.name=NAME)}. Registered,
 * updated and released as {@link DigitalOutput} says. Thread safe. With the character device one call is one system call,
 * and as atomic as the chip can be; with sysfs the lines are taken one after the other, which
 * {@link GpioChip#ATOMIC} says.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/gpio/gpio-v2-line-set-values-ioctl.html">
 *     GPIO_V2_LINE_SET_VALUES_IOCTL</a>
 */
@ProviderType
public interface LineGroup {

    /** Factory PID of the configurations. */
    String PID = "io.callgate.gpio.group";

    /** The NAME of its configuration. */
    String name();

    /** What the backend knows of its lines now, in the configuration's order. */
    List<LineInfo> info() throws IOException;

    /** A mask with one bit for each of its lines. */
    long all();

    /**
     * The levels of some lines; bits outside the mask are 0. Makes no garbage.
     *
     * @throws IllegalArgumentException if the mask has bits for lines that are not in the group
     * @throws io.callgate.linux.ErrnoException as {@link Line#level}
     */
    long levels(long mask) throws IOException;

    /**
     * Drives some lines, and leaves the others alone. Makes no garbage.
     *
     * @param levels bits outside the mask do not matter
     * @throws IllegalArgumentException if the mask has bits for lines that are not in the group
     * @throws io.callgate.linux.ErrnoException EPERM if a line of the mask is an input, and as {@link DigitalOutput#set}
     */
    void set(long mask, long levels) throws IOException;
}
