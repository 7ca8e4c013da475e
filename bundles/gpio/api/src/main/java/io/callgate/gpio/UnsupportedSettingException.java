// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;

/** A setting that the backend or the chip cannot do, and what would: {@code sysfs cannot debounce: ...}. */
public final class UnsupportedSettingException extends IOException {

    private final String setting;

    /**
     * @param setting its name, for example {@code debounce}
     * @param message who cannot do what, and what mends it
     */
    public UnsupportedSettingException(String setting, String message) {
        super(message);
        this.setting = setting;
    }

    /** The setting's name. */
    public String setting() {
        return setting;
    }
}
