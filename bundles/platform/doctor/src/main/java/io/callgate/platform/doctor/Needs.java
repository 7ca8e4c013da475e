// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.util.List;

/** What one bundle says its mechanism needs. */
record Needs(String mechanism, List<Need> needs) {

    Needs {
        needs = List.copyOf(needs);
    }
}
