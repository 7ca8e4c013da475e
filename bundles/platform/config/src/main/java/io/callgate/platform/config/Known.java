// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

/**
 * A configuration as it is served.
 *
 * @param name its file and PIDs
 * @param document its text and values
 * @param stamp the file as we left or read it; null if what is served is not in the file (it is malformed, or cannot
 * be written)
 * @param recorded whether the newest generation is known to hold this text
 */
record Known(FileName name, Document document, Stamp stamp, boolean recorded) {

    Known asRecorded() {
        return new Known(name, document, stamp, true);
    }
}
