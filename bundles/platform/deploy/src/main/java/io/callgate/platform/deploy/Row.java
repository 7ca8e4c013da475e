// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

/**
 * How it stands with a file, for a person.
 *
 * @param symbolicName or "-" if it is not known
 * @param state one word
 * @param note why it is not serving, in one line; empty if it is
 * @param sinceMillis wall clock, 0 if it does not serve
 * @param tookMillis from the close of the file to its services
 */
record Row(
        String file,
        String symbolicName,
        String version,
        String state,
        String note,
        long sinceMillis,
        long tookMillis) {

    boolean isAbout(String name) {
        return name.equals(file) || name.equals(symbolicName) || file.equals(name + ".jar");
    }
}
