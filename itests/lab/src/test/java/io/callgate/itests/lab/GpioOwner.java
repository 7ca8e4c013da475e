// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import io.callgate.gpio.Edge;
import io.callgate.gpio.LineRequest;
import io.callgate.itests.harness.Await;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who requested lines, and all it was told. */
final class GpioOwner implements LineRequest.Owner {

    private final List<Edge> edges = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();

    @Override
    public void edges(List<Edge> batch) {
        edges.addAll(batch);
    }

    @Override
    public void left() {
        ends.add("left");
    }

    @Override
    public void gone(IOException reason) {
        ends.add("gone: " + reason.getMessage());
    }

    /** How its request ended, once for each time it was told. */
    List<String> ends() {
        return List.copyOf(ends);
    }

    /** All edges so far. */
    List<Edge> edges() {
        return List.copyOf(edges);
    }

    /** The edges, as soon as there are so many. */
    List<Edge> edges(int count) {
        Await.until(count + " edges", () -> edges.size() >= count);
        return edges();
    }

    /** Edges told, and edges told of as lost. */
    long accounted() {
        return edges.stream().mapToLong(edge -> 1 + edge.lost()).sum();
    }
}
