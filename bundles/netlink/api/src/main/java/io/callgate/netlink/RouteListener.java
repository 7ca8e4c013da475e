// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service to be told of routes; with {@link LinkListener#FILTER}, over {@link Route#properties()}, of some
 * of them.
 */
@ConsumerType
public interface RouteListener extends EntryListener<Route> {}
