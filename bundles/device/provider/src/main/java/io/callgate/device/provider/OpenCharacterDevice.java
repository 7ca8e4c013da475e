// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.CharacterDevice;

/** An open character device. */
final class OpenCharacterDevice extends OpenDevice implements CharacterDevice {

    OpenCharacterDevice(Opened opened) {
        super(opened);
    }
}
