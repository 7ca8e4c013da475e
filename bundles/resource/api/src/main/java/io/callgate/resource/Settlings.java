// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;

/**
 * Remembers by name how often each of many things has come, also while it is away; of the names that have not been asked for
 * longest it forgets all beyond {@value #REMEMBERED}. Thread safe; does not block.
 */
public final class Settlings {

    private static final int REMEMBERED = 1_000;

    private final Map<String, Settling> names = new LinkedHashMap<>(16, 0.75f, true) { // guarded by this
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Settling> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private final BundleContext context;
    private final Consumer<String> settled;

    /**
     * @param context to find the gateway's {@link Damping}
     * @param settled is called on another thread with the name of what was held back and has stayed
     */
    public Settlings(BundleContext context, Consumer<String> settled) {
        this.context = context;
        this.settled = settled;
    }

    /** The one of this name. */
    public synchronized Settling of(String name) {
        return names.computeIfAbsent(name, unknown -> new Settling(context, () -> settled.accept(name)));
    }

    /**
     * One of those that come from one place and have nothing of their own that stays, as the kernel numbers the chips of a
     * device anew each time: the first of the place that is not there. It is to be told that it {@link Settling#comes comes}
     * before the next is asked for.
     */
    public synchronized Settling next(String place) {
        int number = 0;
        Settling next = of(place);
        while (next.isThere()) {
            number++;
            next = of(place + "#" + number);
        }
        return next;
    }
}
