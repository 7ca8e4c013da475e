// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.Set;
import org.osgi.framework.Bundle;

/** What Declarative Services knows of a bundle's components: nothing while there is no SCR. */
interface Components {

    /** Without SCR. */
    Components NONE = new Components() {
        @Override
        public Set<String> satisfied(Bundle bundle) {
            return Set.of();
        }

        @Override
        public String complaint(Bundle bundle) {
            return null;
        }
    };

    /** Names of the components of which at least one configuration is satisfied. */
    Set<String> satisfied(Bundle bundle);

    /** What the first component that is not satisfied lacks, for a person; null if there is none. */
    String complaint(Bundle bundle);
}
