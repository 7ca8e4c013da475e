// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.nio.file.Path;
import java.util.List;
import org.osgi.framework.Version;

/**
 * The content of a jar that was found in order, kept in the store: immutable, whatever becomes of the file it came from.
 *
 * @param hash SHA-256 in hexadecimal digits
 * @param stored the copy in the store
 * @param fragment true if it is to be attached, not started
 */
record Content(
        String hash,
        Path stored,
        String symbolicName,
        Version version,
        boolean fragment,
        List<Requirement> requirements,
        List<Capability> capabilities) {

    /** Name and version, for the log. */
    String title() {
        return symbolicName + " " + version;
    }
}
