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

        @Override
        public boolean isFactory(FileName name) {
            return false;
        }
    };

    Optional<Description> of(FileName name);

    /** Every PID and factory PID that is described. */
    Collection<String> pids();

    /** Whether the name of an instance is missing: the PID is described as a factory's, and only so. */
    boolean isFactory(FileName name);

    default Verdict check(FileName name, Map<String, Object> values) {
        Optional<Description> description = of(name);
        if (description.isPresent()) {
            return description.get().check(values).about(name);
        }
        return isFactory(name) ? new Verdict(true, List.of(), List.of(instanceWanted(name))) : Verdict.UNCHECKED;
    }

    static String instanceWanted(FileName name) {
        return name.pid() + " is a factory: write " + name.pid() + "~NAME";
    }
}
