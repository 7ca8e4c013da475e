// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service to be told of addresses; with {@link LinkListener#FILTER}, over {@link Address#properties()}, of
 * some of them.
 */
@ConsumerType
public interface AddressListener extends EntryListener<Address> {}
