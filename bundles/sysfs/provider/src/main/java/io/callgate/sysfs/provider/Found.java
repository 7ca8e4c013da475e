// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.nio.file.Path;
import java.util.List;

/** Something in /sys that becomes a service. Two that are equal are the same thing, found twice. */
interface Found {

    /** The folder of the device that it was found in. */
    Path folder();

    /** Names it may have, the shortest first; the last is nobody else's as long as the device is there. */
    List<String> names();
}
