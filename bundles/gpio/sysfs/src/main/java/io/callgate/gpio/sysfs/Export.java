// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Level;
import java.util.Optional;

/**
 * A line that we have exported.
 *
 * @param number by which sysfs knows it in this boot
 * @param line in a few words, for the log
 * @param identity of its folder, see {@link GpioClass#identity}
 * @param boot the boot in which it was so
 * @param safe the level an output is to have before it is given back
 */
record Export(int number, String line, String identity, String boot, Optional<Level> safe) {}
