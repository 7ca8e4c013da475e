// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #SIGNALS}{@code =USR1} (or a list of names) to hear signals that are
 * sent to the gateway's process.
 *
 * <p>A standard signal is told to all its listeners. A real-time signal is a message: it is taken from the kernel only when
 * its listener is free, and told to one, the one with the highest {@code service.ranking}, among equals the oldest; the
 * others are its successors. Signals that come while nobody listens wait in the kernel, also during an update of the
 * bundle. Called in order, one call at a time, on the executor that all listeners of the gateway share, so it must not
 * wait long.
 *
 * <p>Sender and value are known of signals that are blocked in the gateway's process, which {@code bin/callgate} sees to.
 * Of others that are free the Java runtime tells the number alone ({@link Cause#UNKNOWN}); those that the Java runtime or
 * the C library need for themselves are refused, with a line in the log and in {@code signals:list}.
 */
@ConsumerType
@FunctionalInterface
public interface SignalListener {

    /** Service property: names of the signals as {@link Signal#parse} takes them, a String or a list. */
    String SIGNALS = "signal.names";

    /**
     * A signal was heard.
     *
     * @throws Exception is logged; the signal counts as heard
     */
    void signal(SignalEvent event) throws Exception;
}
