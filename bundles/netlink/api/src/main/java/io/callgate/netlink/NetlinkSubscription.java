// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** A socket that listens to groups. Thread safe; does not block. */
@ProviderType
public interface NetlinkSubscription extends AutoCloseable {

    /**
     * Becomes a member of a group.
     *
     * @param group its number, RTNLGRP_LINK (1) for example; not a mask
     * @throws io.callgate.linux.ErrnoException EPERM for a group that needs a capability, EINVAL if there is none of that number
     */
    void join(int group) throws IOException;

    /** Leaves a group; what the kernel has queued of it still comes. */
    void leave(int group) throws IOException;

    /** Lets in only what a program accepts; {@link SocketFilter#NONE} all. What is queued already still comes. */
    void filter(SocketFilter filter) throws IOException;

    /** The port by which the kernel knows the socket. */
    int port();

    /** Messages that came from somebody else than the kernel, and were refused. */
    long refused();

    /** How often the kernel dropped events. */
    long overruns();

    /** Ends it. When this returns the listener is not running and never will, unless the listener itself calls. */
    @Override
    void close();
}
