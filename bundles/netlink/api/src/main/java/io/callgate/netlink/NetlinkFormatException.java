// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;

/** A message or attribute that is not what it says: a length beyond its end, or fewer bytes than its type needs. */
public final class NetlinkFormatException extends IOException {

    /** @param message what was found, and where */
    public NetlinkFormatException(String message) {
        super(message);
    }
}
