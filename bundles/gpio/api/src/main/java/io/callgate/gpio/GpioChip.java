// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A GPIO chip as one backend sees it: registered by that backend while the kernel has the chip. A chip that two backends
 * serve is two services with the same {@value #CHIP}; the one with the higher {@code service.ranking} is preferred
 * (character device 100, sysfs 0).
 *
 * <p>Applications use the configured services ({@link DigitalInput}, {@link DigitalOutput}, {@link LineGroup}), which
 * outlive the update of a backend; this is what those stand on, and what a tool may look at. Looking holds nothing.
 * Thread safe.
 */
@ProviderType
public interface GpioChip {

    /** Service property: the chip's kernel name, for example {@code gpiochip0}; may change from boot to boot. */
    String CHIP = "gpio.chip";

    /** Service property: the chip's label, as its driver or the device tree names it; stays. */
    String LABEL = "gpio.label";

    /** Service property: {@code chardev} or {@code sysfs}. */
    String BACKEND = "gpio.backend";

    /** Service property: how many lines it has, an Integer. */
    String LINES = "gpio.lines";

    /** Service property: true (a Boolean) if several lines are read and written by one system call. */
    String ATOMIC = "gpio.atomic";

    /** The chip's kernel name. */
    String name();

    /** The chip's label. */
    String label();

    /** The backend's name, as in {@value #BACKEND}. */
    String backend();

    /** How many lines it has. */
    int lineCount();

    /**
     * A line, whoever holds it.
     *
     * @param offset from 0
     * @throws IndexOutOfBoundsException if the chip has no such line
     * @throws io.callgate.linux.ErrnoException ENODEV if the chip has gone
     */
    LineInfo info(int offset) throws IOException;

    /**
     * Offsets of the lines with a kernel name, in order; empty if there is none, or the backend knows no names (sysfs).
     * Takes no system call: names do not change while a chip is there.
     */
    List<Integer> find(String lineName);

    /**
     * Takes lines, or takes them over: if a request of the same name for the same lines was {@linkplain LineRequest#leave
     * left} a moment ago, by whomever, this continues it, and no line changes its level or configuration unless the
     * settings differ.
     *
     * @param owner told of edges and of the end, never before this returns
     * @return owned by the caller
     * @throws LineBusyException if a line is held by somebody else
     * @throws UnsupportedSettingException if this backend or this chip cannot do what a setting asks
     * @throws io.callgate.linux.ErrnoException what else the kernel answers: EACCES, ENODEV, EINVAL
     */
    LineRequest request(RequestConfig config, LineRequest.Owner owner) throws IOException;
}
