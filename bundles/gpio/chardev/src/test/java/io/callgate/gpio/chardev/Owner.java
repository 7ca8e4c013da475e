// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.chardev;

import io.callgate.gpio.Edge;
import io.callgate.gpio.LineRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Who requested lines, and all it was told. */
class Owner implements LineRequest.Owner {

    final List<List<Edge>> batches = new ArrayList<>();
    final List<String> ends = new ArrayList<>();

    List<Edge> edges() {
        return batches.stream().flatMap(List::stream).toList();
    }

    @Override
    public void edges(List<Edge> batch) {
        batches.add(batch);
    }

    @Override
    public void left() {
        ends.add("left");
    }

    @Override
    public void gone(IOException reason) {
        ends.add("gone: " + reason.getMessage());
    }
}
