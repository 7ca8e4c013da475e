// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.util.Locale;

/** What a file holds. */
enum Type {
    INTEGER,
    DECIMAL,
    BOOLEAN,
    STRING,
    BYTES;

    /** As it is written in a configuration. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
