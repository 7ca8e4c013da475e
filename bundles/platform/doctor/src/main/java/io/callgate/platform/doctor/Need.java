// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

/**
 * One thing a mechanism needs of the machine.
 *
 * @param what what it is for, in a few words
 * @param mend the line that mends it
 * @param optional the mechanism does less without it, but works
 */
record Need(String name, String what, Check check, String mend, boolean optional) {}
