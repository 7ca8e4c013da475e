// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor.sample.parts;

import io.callgate.platform.doctor.sample.Lamp;

/** A component that wants a lamp. */
public final class Light {

    public Light(Lamp lamp) {
        if (lamp == null) {
            throw new IllegalArgumentException("no lamp");
        }
    }
}
