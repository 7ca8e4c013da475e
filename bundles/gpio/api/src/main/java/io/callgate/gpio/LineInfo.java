// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

/**
 * What is known of a line of a chip at one moment, whoever holds it: an immutable snapshot.
 *
 * @param chip the chip's kernel name, for example {@code gpiochip0}
 * @param offset the line's number on its chip, from 0
 * @param name the kernel's name of the line; empty if it has none, or the backend does not know it (sysfs)
 * @param used true if somebody holds it: a program, a kernel driver, this gateway
 * @param consumer what its holder calls itself; empty if nobody holds it or nobody says. A line of this gateway is held
 *     by {@value #OURS} and the {@code callgate.name}
 * @param settings how it is set; {@code initial} and {@code safe} mean nothing here. What a backend cannot know has the
 *     value of {@link LineSettings#input()} or {@link LineSettings#output()}
 */
public record LineInfo(String chip, int offset, String name, boolean used, String consumer, LineSettings settings) {

    /** How the consumer of a line of this gateway begins. The kernel keeps 31 bytes of it. */
    public static final String OURS = "callgate:";
}
