// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.time.Instant;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;

/** Keeps the status file true once the gateway is live: a bundle that comes, starts, stops or goes is written. */
final class StatusReporter implements BundleListener {

    private static final int WRITTEN =
            BundleEvent.INSTALLED | BundleEvent.STARTED | BundleEvent.STOPPED | BundleEvent.UNINSTALLED;

    private final BundleContext framework;
    private final Bundle system;
    private final StatusFile file;
    private final Instant started;
    private final Image image;
    private boolean failed;

    StatusReporter(BundleContext framework, StatusFile file, Instant started, Image image) {
        this.framework = framework;
        this.system = framework.getBundle();
        this.file = file;
        this.started = started;
        this.image = image;
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        if ((event.getType() & WRITTEN) != 0 && system.getState() == Bundle.ACTIVE) {
            write();
        }
    }

    /** Writes the status; a full disk is said once, and is no reason to end. */
    synchronized void write() {
        try {
            file.write(now());
            failed = false;
        } catch (IllegalStateException e) {
            // The framework has stopped since we looked: nobody is interested any more.
        } catch (IOException e) {
            if (!failed) {
                Say.warning(file.file() + " cannot be written: " + LaunchException.reason(e)
                        + "; status will be out of date");
                failed = true;
            }
        }
    }

    StatusFile.Status now() {
        Bundle[] bundles = framework.getBundles();
        int active = (int) Stream.of(bundles)
                .filter(bundle -> bundle.getBundleId() != 0 && bundle.getState() == Bundle.ACTIVE)
                .count();
        return new StatusFile.Status(
                ProcessHandle.current().pid(),
                started,
                true,
                image.version(),
                java(),
                active,
                bundles.length - 1,
                image.properties().getOrDefault(SafeMode.REASON, ""));
    }

    static String java() {
        return System.getProperty("java.version") + " " + System.getProperty("os.arch");
    }
}
