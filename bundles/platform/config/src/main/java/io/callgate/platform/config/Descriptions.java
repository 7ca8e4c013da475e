// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptions of the bundles that are there now; the Metatype service's, without its types, for it may be
 * absent.
 */
interface Descriptions {

    /** While there is no Metatype service. */
    Descriptions NONE = new Descriptions() {
        @Override
        public Optional<Description> of(FileName name) {
            return Optional.empty();
        }

        @Override
        public Collection<String> pids() {
            return List.of();
        }
    };

    Optional<Description> of(FileName name);

    /** Every PID and factory PID that is described. */
    Collection<String> pids();

    default Verdict check(FileName name, Map<String, Object> values) {
        return of(name).map(description -> description.check(values)).orElse(Verdict.UNCHECKED);
    }
}
