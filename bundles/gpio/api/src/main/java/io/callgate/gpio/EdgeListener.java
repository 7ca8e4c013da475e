// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: register it as a service with {@value #LINE}{@code =NAME} (or a list of names, or {@code *} for all) to be
 * told of the edges of inputs and groups that were configured with {@code edges}. Nothing has to be unregistered by hand.
 *
 * <p>Called in order, one call at a time, on the shared executor; a slow listener delays nobody but loses edges, which
 * the next one counts. What it throws is logged. One that returns within microseconds and waits for nobody may say so
 * with the property {@code callgate.prompt} (Boolean): it is told on the thread that has read the edge from the kernel.
 */
@ConsumerType
@FunctionalInterface
public interface EdgeListener {

    /** Service property: the {@code callgate.name} of inputs and groups, a String or a list. */
    String LINE = "gpio.line";

    /** One edge. */
    void edge(Edge edge) throws Exception;

    /** Edges that were read from the kernel at once, oldest first, at least one. Override it to take them at once. */
    default void edges(List<Edge> batch) throws Exception {
        for (Edge edge : batch) {
            edge(edge);
        }
    }
}
