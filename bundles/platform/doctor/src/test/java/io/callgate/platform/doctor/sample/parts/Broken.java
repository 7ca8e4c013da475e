// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor.sample.parts;

/** A component that fails. */
public final class Broken {

    public Broken() {
        throw new IllegalStateException("the bulb is broken");
    }
}
