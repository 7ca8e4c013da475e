// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.Map;

/** Decides whether values may be stored. */
@FunctionalInterface
interface Gate {

    /** @throws IOException with the reason, in one line, if they may not */
    void admit(FileName name, Map<String, Object> values) throws IOException;

    /** What was refused is past: the configuration is gone, or the one who typed it has been told otherwise. */
    default void forget(String pid) {}
}
