// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;

/** The kept handles as one bundle sees them; it keeps nothing itself, since what is left outlives it. */
@Component(scope = ServiceScope.BUNDLE)
public final class BundleKeptHandles implements KeptHandles {

    private final HandleStore store;
    private final long owner;

    @Activate
    public BundleKeptHandles(ComponentContext context, @Reference HandleStore store) {
        this(store, context.getUsingBundle().getBundleId());
    }

    BundleKeptHandles(HandleStore store, long owner) {
        this.store = store;
        this.owner = owner;
    }

    @Override
    public Duration handover() {
        return store.handover();
    }

    @Override
    public void leave(Key key, Fd fd, Map<String, String> state, Policy policy) {
        store.leave(owner, key, fd, state, policy);
    }

    @Override
    public Optional<Kept> take(Key key) {
        return store.take(key);
    }
}
