// SPDX-License-Identifier: Apache-2.0
/**
 * Watchdogs: the kernel's devices ({@link io.callgate.watchdog.WatchdogDevice}), those that this gateway arms and feeds
 * ({@link io.callgate.watchdog.Watchdog}), and what an application does to be looked after
 * ({@link io.callgate.watchdog.WatchdogClient}, {@link io.callgate.watchdog.HealthProbe}).
 *
 * <p>With the configuration {@code io.callgate.watchdog.watchdog~main.json}
 *
 * <pre>{@code
 * { "identity": "i6300ESB timer", "timeout": 30, "armed": true }
 * }</pre>
 *
 * the machine is reset when this application hangs, and restarting it does not help:
 *
 * <pre>{@code
 * @Component(property = "watchdog.deadline:Long=5000")
 * public final class Pump implements WatchdogClient {
 *
 *     private final CheckIn checkIn = new CheckIn();
 *
 *     @Override
 *     public CheckIn checkIn() {
 *         return checkIn;
 *     }
 *
 *     private void turn() {
 *         // the work
 *         checkIn.alive();
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.watchdog;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
