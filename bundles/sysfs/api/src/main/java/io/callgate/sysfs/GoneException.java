// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;

/**
 * The device of a {@link Sensor} or {@link Led} has gone: it was unplugged, or its driver was unbound. Its service leaves;
 * when the device comes back, another service with the same name comes. Trying again with this one is of no use.
 */
public final class GoneException extends ErrnoException {

    /**
     * @param call that found it out
     * @param path of its file
     */
    public GoneException(String call, String path) {
        super(call, path, Errno.ENODEV);
    }
}
