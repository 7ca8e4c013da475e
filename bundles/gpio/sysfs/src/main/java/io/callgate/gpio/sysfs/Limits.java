// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.sysfs;

import io.callgate.gpio.Bias;
import io.callgate.gpio.Drive;
import io.callgate.gpio.EventClock;
import io.callgate.gpio.LineSettings;
import io.callgate.gpio.RequestConfig;
import io.callgate.gpio.UnsupportedSettingException;
import java.util.List;

/** What the sysfs class interface has no file for: refused, never faked. */
final class Limits {

    private static final String MEND =
            ", or use the character device (load its backend; a kernel with CONFIG_GPIO_CDEV=y)";

    private Limits() {}

    static void check(RequestConfig config) throws UnsupportedSettingException {
        if (config.eventBufferSize() != 0) {
            throw refuse("eventBuffer", "keeps one edge for each line and has no buffer: set it to 0");
        }
        check(config.lines());
    }

    static void check(List<RequestConfig.Line> lines) throws UnsupportedSettingException {
        for (RequestConfig.Line line : lines) {
            check(line.settings());
        }
    }

    private static void check(LineSettings settings) throws UnsupportedSettingException {
        if (settings.bias() != Bias.AS_IS) {
            throw refuse("bias", "has no bias: set it to as-is and pull the line on the board");
        }
        if (settings.drive() != Drive.PUSH_PULL) {
            throw refuse("drive", "drives push-pull only: set it to push-pull");
        }
        if (!settings.debounce().isZero()) {
            throw refuse("debounce", "cannot debounce: set it to 0");
        }
        if (settings.clock() == EventClock.REALTIME || settings.clock() == EventClock.HTE) {
            throw refuse(
                    "clock",
                    "has no timestamps of the kernel, edges carry the time they were observed: set it to"
                            + " monotonic");
        }
    }

    private static UnsupportedSettingException refuse(String setting, String what) {
        return new UnsupportedSettingException(setting, "sysfs " + what + MEND);
    }
}
