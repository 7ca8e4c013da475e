// SPDX-License-Identifier: Apache-2.0
package io.callgate.apps.notify;

import io.callgate.netlink.EntryListener;
import io.callgate.netlink.NetworkEntry;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** One line for each change that changes the line; what is there already is no news. */
class Changes<T extends NetworkEntry> implements EntryListener<T> {

    private final Consumer<String> tell;
    private final Function<T, String> state;
    private final Function<T, String> name;

    Changes(Consumer<String> tell, Function<T, String> state, Function<T, String> name) {
        this.tell = tell;
        this.state = state;
        this.name = name;
    }

    @Override
    public void existing(List<T> entries) {
        // no news
    }

    @Override
    public void added(T entry) {
        tell.accept(state.apply(entry));
    }

    @Override
    public void changed(T before, T now) {
        if (!state.apply(before).equals(state.apply(now))) {
            tell.accept(state.apply(now));
        }
    }

    @Override
    public void removed(T entry) {
        tell.accept(name.apply(entry) + " has gone");
    }

    @Override
    public void overrun(long events) {
        tell.accept("events were lost; the difference follows");
    }
}
