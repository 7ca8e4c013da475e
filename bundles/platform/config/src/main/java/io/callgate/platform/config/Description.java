// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Map;
import java.util.Optional;

/** What a bundle says about the keys of a PID. */
interface Description {

    Verdict check(Map<String, Object> values);

    /** The Configurator's type name for a key, if the key is described. */
    Optional<String> type(String key);

    /** Whether the value of a key is not to be shown. */
    boolean secret(String key);
}
