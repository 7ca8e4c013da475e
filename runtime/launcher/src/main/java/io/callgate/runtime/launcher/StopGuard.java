// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.launch.Framework;

/**
 * Bounds the stop of the framework, whoever asked for it: a bundle that does not come back from its stop is named, and
 * the process ends all the same.
 */
final class StopGuard implements SynchronousBundleListener {

    /** A stop may last 5 s in all; the rest is for the JVM. */
    static final Duration LIMIT = Duration.ofMillis(4500);

    private final Framework framework;
    private final Duration limit;
    private final Runnable halt;

    StopGuard(Framework framework, Duration limit, Runnable halt) {
        this.framework = framework;
        this.limit = limit;
        this.halt = halt;
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getBundle().getBundleId() == 0 && event.getType() == BundleEvent.STOPPING) {
            Thread watch = new Thread(this::watch, "callgate-stop-guard");
            watch.setDaemon(true);
            watch.start();
        }
    }

    private void watch() {
        try {
            FrameworkEvent event = framework.waitForStop(limit.toMillis());
            if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                Say.error("not stopped in order within " + limit.toMillis() + " ms; " + culprits()
                        + "; the process ends now");
                halt.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the process is ending
        }
    }

    private String culprits() {
        var context = framework.getBundleContext();
        Bundle[] bundles = context == null ? new Bundle[0] : context.getBundles();
        String stopping = Stream.of(bundles)
                .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.STOPPING)
                .map(bundle -> bundle.getSymbolicName() + " " + bundle.getVersion())
                .collect(Collectors.joining(", "));
        return stopping.isEmpty() ? "no bundle is at fault" : "still stopping: " + stopping;
    }
}
