// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * An application that wants to be looked after: register it as a service with the property {@value #DEADLINE}, and say
 * {@link CheckIn#alive} more often than that. When the deadline passes, the watchdogs of this gateway are fed no longer
 * than the configured time, in which the application, its bundle and the gateway are restarted in turn.
 *
 * <p>After such a restart it has to say that it is alive before the next one is due, a third of the configured time later
 * as the ladder is shipped, however long its deadline is: who has only come back is not well yet.
 *
 * <p>The first deadline begins with the registration; when the service is unregistered, nobody asks any more. Time is
 * counted while this process runs: a pause of the whole JVM is nobody's fault.
 */
@ConsumerType
@FunctionalInterface
public interface WatchdogClient {

    /** Service property, required: the longest time between two signs of life, in ms, a Long; at least 1000. */
    String DEADLINE = "watchdog.deadline";

    /** Service property: the name under which it is shown; by default its component's or its class's. */
    String CLIENT = "watchdog.client";

    /** The handle on which it checks in. Asked once for each registration; must not block. */
    CheckIn checkIn();
}
