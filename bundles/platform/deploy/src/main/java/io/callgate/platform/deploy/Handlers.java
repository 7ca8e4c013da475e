// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.platform.ArtifactHandler;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** Follows the handlers there are, and says each time which, best first. */
final class Handlers extends ServiceTracker<ArtifactHandler, ArtifactHandler> {

    private final Map<ServiceReference<ArtifactHandler>, ArtifactHandler> byRanking =
            new ConcurrentSkipListMap<>(Collections.reverseOrder());
    private final Consumer<List<ArtifactHandler>> now;

    Handlers(BundleContext context, Consumer<List<ArtifactHandler>> now) {
        super(context, ArtifactHandler.class, null);
        this.now = now;
    }

    @Override
    public ArtifactHandler addingService(ServiceReference<ArtifactHandler> reference) {
        ArtifactHandler handler = super.addingService(reference);
        if (handler != null) {
            byRanking.put(reference, handler);
            now.accept(List.copyOf(byRanking.values()));
        }
        return handler;
    }

    @Override
    public void removedService(ServiceReference<ArtifactHandler> reference, ArtifactHandler handler) {
        byRanking.remove(reference);
        now.accept(List.copyOf(byRanking.values()));
        super.removedService(reference, handler);
    }
}
