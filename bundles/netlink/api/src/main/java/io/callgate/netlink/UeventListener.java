// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service to be told of devices that come, go and change. Called in order on the shared executor.
 *
 * <pre>{@code
 * @Component(property = UeventListener.FILTER + "=(&(SUBSYSTEM=block)(ACTION=add))")
 * public final class Disks implements UeventListener {
 *     @Override
 *     public void announced(Uevent event) { ... }
 * }
 * }</pre>
 *
 * <p>These are events, not a state: who needs to know which devices there are asks {@code io.callgate.linux.KernelDevices}, which
 * looks again when announcements were lost.
 */
@ConsumerType
public interface UeventListener {

    /** Service property: an LDAP filter over the event's variables, {@code (&(SUBSYSTEM=net)(ACTION=add))}; synthetic ones have {@code SYNTHETIC=true}. */
    String FILTER = "uevent.filter";

    /** Service property: {@code kernel}, the default, or {@code udev}. */
    String ORIGIN = "uevent.origin";

    /** A device has come, gone or changed. */
    void announced(Uevent event);

    /**
     * Announcements were lost before the next one, since the kernel's buffer or this listener's queue was full.
     *
     * @param events how many, 0 if the kernel does not say
     */
    default void overrun(long events) {}
}
