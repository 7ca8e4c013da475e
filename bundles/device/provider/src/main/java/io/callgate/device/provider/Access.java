// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.OpenFlag;
import java.util.Locale;

/** What a device is opened for. */
enum Access {
    READ(OpenFlag.RDONLY),
    WRITE(OpenFlag.WRONLY),
    READ_WRITE(OpenFlag.RDWR);

    private final OpenFlag flag;

    Access(OpenFlag flag) {
        this.flag = flag;
    }

    OpenFlag flag() {
        return flag;
    }

    boolean writes() {
        return this != READ;
    }

    /** As it is written in a configuration. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
