// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.felix.cm.PersistenceManager;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.BundleListener;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * The bundle at work: the store is there when {@link #start} returns; everything that is not needed for that
 * (watching, the history, the checks) happens later on a thread of its own.
 */
final class ConfigService {

    /** {@code felix.cm.pm} has this value. */
    static final String NAME = "callgate";

    /** How many generations are kept; a framework property. */
    static final String GENERATIONS = "callgate.config.generations";

    /** Bundles come in crowds. */
    private static final Duration AUDIT_DELAY = Duration.ofSeconds(3);

    /** How long a stop waits for each of the two threads; the launcher gives the whole gateway a few seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final BundleContext context;
    private final ServiceLog log;
    private final AgendaThread agenda;
    private final DescriptionsTracker descriptions;
    private final ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> admins;
    private final ConfigParts parts;
    private final FolderWatch watch;
    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final FrameworkListener started = this::frameworkEvent;
    private final BundleListener bundles = this::bundleEvent;
    private volatile boolean up;
    private boolean auditPending;

    ConfigService(BundleContext context) {
        this.context = context;
        log = new ServiceLog(context);
        agenda = new AgendaThread(PATIENCE, log);
        descriptions = new DescriptionsTracker(context);
        admins = new ServiceTracker<>(context, ConfigurationAdmin.class, null);
        parts = new ConfigParts(
                settings(context),
                new Admin(admins::getService),
                descriptions::current,
                new Consumers(context)::know,
                agenda,
                log);
        Path configs = parts.folder().path();
        watch = new FolderWatch(
                configs, configs.getFileSystem()::newWatchService, parts.edits(), agenda, PATIENCE, log);
    }

    void start() {
        parts.open();
        register(PersistenceManager.class, parts.store(), Map.of(PersistenceManager.PROPERTY_NAME, NAME));
        register(Function.class, parts.why(), Map.of("callgate.why", "config"));
        register(
                ConfigCommands.class,
                parts.commands(),
                Map.of("osgi.command.scope", ConfigCommands.SCOPE, "osgi.command.function", ConfigCommands.FUNCTIONS));
        descriptions.open();
        admins.open();
        context.addFrameworkListener(started);
        context.addBundleListener(bundles);
        if (context.getBundle(0).getState() == Bundle.ACTIVE) {
            frameworkIsUp();
        }
    }

    /** When this returns nothing of ours is open or runs, and nothing enters the history: a successor may start. */
    void stop() throws IOException, InterruptedException {
        context.removeFrameworkListener(started);
        context.removeBundleListener(bundles);
        try {
            watch.close();
        } finally {
            agenda.close();
            registrations.forEach(ServiceRegistration::unregister);
            parts.close();
            admins.close();
            descriptions.close();
            log.close();
        }
    }

    private static ConfigParts.Settings settings(BundleContext context) {
        String data = context.getProperty("callgate.data");
        String home = context.getProperty("callgate.home");
        String cap = context.getProperty(GENERATIONS);
        if (data == null) {
            throw new IllegalStateException("framework property callgate.data is not set: it names the data folder");
        }
        Path shipped = home == null ? Path.of(data, "no-defaults") : Path.of(home, "configs");
        return new ConfigParts.Settings(Path.of(data), shipped, cap == null ? 100 : Math.max(1, Integer.parseInt(cap)));
    }

    private <T> void register(Class<T> type, T service, Map<String, Object> properties) {
        registrations.add(context.registerService(type, service, new Hashtable<>(properties)));
    }

    private void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            frameworkIsUp();
        }
    }

    /**
     * What was edited before this is found by the watch's first scan; until now the start has the processors for
     * itself.
     */
    private void frameworkIsUp() {
        up = true;
        agenda.soon(watch::open);
        agenda.soon(this::auditLater);
    }

    private void bundleEvent(BundleEvent event) {
        if (up && (event.getType() == BundleEvent.STARTED || event.getType() == BundleEvent.STOPPED)) {
            agenda.soon(this::auditLater);
        }
    }

    private void auditLater() {
        if (!auditPending) {
            auditPending = true;
            agenda.after(AUDIT_DELAY, () -> {
                auditPending = false;
                parts.recordWhatWasFound();
                parts.audit().run();
            });
        }
    }
}
