// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.util.List;

/** What is known of bundles only by asking the framework, not from a snapshot. */
interface Bundles {

    /** Why a bundle is not active, as the rest of a sentence: {@code is not resolved: ...}. */
    String whyNotActive(long id);

    /** Whether it should be active by its own settings and is not. */
    boolean isProblem(long id);

    /**
     * The bundles that are not active and would bring something if they were.
     *
     * @param name of a service interface, a component or a PID
     */
    List<Long> wouldBring(String name);

    /** The bundles whose needs file names this mechanism. */
    List<Long> ofMechanism(String name);
}
