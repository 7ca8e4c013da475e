// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Updates of a bundle to itself. */
final class Updates {

    private Updates() {}

    /** Felix gives up a start while another thread resolves and wants the same bundle; the update itself was done. */
    static void update(Bundle bundle) throws BundleException {
        try {
            bundle.update();
        } catch (BundleException resolving) {
            bundle.start();
        }
    }
}
