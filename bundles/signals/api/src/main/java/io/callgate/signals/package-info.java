// SPDX-License-Identifier: Apache-2.0
/**
 * Signals: heard with their sender and value, and sent.
 *
 * <pre>{@code
 * @Component(property = "signal.names=USR1")
 * public final class Reload implements SignalListener {
 *
 *     @Override
 *     public void signal(SignalEvent event) {
 *         System.out.println(event.signal() + " from " + event.sender());   // kill -USR1 GATEWAY
 *     }
 * }
 * }</pre>
 *
 * <pre>{@code
 * @Reference
 * Signals signals;
 *
 * ProcessId daemon = signals.process(pid);                                  // remembered with the time of its start
 * try (SignalTarget target = signals.target(daemon)) {                      // ESRCH if that number is another's by now
 *     target.queue(Signal.parse("RTMIN+3"), 42);
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.signals;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
