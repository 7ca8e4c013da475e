// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service, with all four properties below, to be told when tasks were held up for more than
 * some time within a window. The kernel watches; nothing is polled. It tells at most once in a window. Listeners that
 * want the same share one trigger of the kernel. Nothing has to be unregistered by hand.
 *
 * <p>Called in order, one call at a time, on the shared executor. What it throws is logged. A trigger that is not
 * understood, or that the kernel refuses, is a line in the log and in {@code procfs:pressure}; the listener is not called.
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html#monitoring-for-pressure-thresholds">Monitoring for pressure
 *     thresholds</a>
 */
@ConsumerType
@FunctionalInterface
public interface PressureListener {

    /** Service property: cpu, memory or io. */
    String RESOURCE = "pressure.resource";

    /** Service property: some or full. */
    String KIND = "pressure.kind";

    /** Service property: microseconds that must have been lost within a window; more than 0, at most the window. */
    String STALL_MICROS = "pressure.stall.micros";

    /**
     * Service property: the window in microseconds, from 500000 to 10000000. Without CAP_SYS_RESOURCE the kernel takes
     * multiples of 2000000 only (since 6.6), or none.
     */
    String WINDOW_MICROS = "pressure.window.micros";

    /** The threshold was passed. */
    void stalled(PressureEvent event) throws Exception;
}
