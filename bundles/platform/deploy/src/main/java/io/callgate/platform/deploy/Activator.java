// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.function.Function;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceEvent;

/**
 * Starts the deployer. An activator and no component: the deployer has to live while SCR, the log or the door is the
 * thing that is exchanged, and to bring it back if its new version is no good.
 */
public final class Activator implements BundleActivator {

    /** Half of what the gateway has to stop in. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private LogJournal journal;
    private Deployer deployer;
    private Door door;
    private Handlers handlers;

    @Override
    public void start(BundleContext context) {
        Path data = Path.of(property(context, "callgate.data")).toAbsolutePath();
        Path home = Path.of(property(context, "callgate.home")).toAbsolutePath();
        Bundle system = context.getBundle(0);
        journal = new LogJournal(context);
        journal.open();
        Agenda agenda = new ThreadAgenda("callgate-deploy", PATIENCE, journal);
        deployer = new Deployer(
                data,
                agenda,
                Timing.of(context::getProperty, journal),
                new Fleet(system.getBundleContext(), home, journal),
                components(context),
                new SelfUpdate(context.getBundle(), system.getBundleContext(), journal),
                journal);
        listen(context);
        handlers = new Handlers(context, deployer::handlers);
        handlers.open();
        register(context);
        door = new Door(context, (waiting, loop) -> new FolderWatch(waiting, loop, agenda, deployer, journal));
        beginWhenStarted(context, system);
    }

    private static String property(BundleContext context, String name) {
        String value = context.getProperty(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("the framework property " + name + " is not set: bin/callgate sets it");
        }
        return value;
    }

    private Components components(BundleContext context) {
        try {
            return new ScrComponents(context);
        } catch (NoClassDefFoundError e) {
            journal.info("no SCR: new versions are judged by their services alone");
            return Components.NONE;
        }
    }

    private void listen(BundleContext context) {
        context.addServiceListener((AllServiceListener) event -> {
            if (event.getType() != ServiceEvent.UNREGISTERING) {
                deployer.somethingCame();
            }
        });
        context.addBundleListener(event -> {
            if (event.getType() == BundleEvent.RESOLVED) {
                deployer.somethingResolved();
            }
        });
    }

    private void register(BundleContext context) {
        Dictionary<String, Object> command = new Hashtable<>();
        command.put("osgi.command.scope", DeployCommands.SCOPE);
        command.put("osgi.command.function", DeployCommands.FUNCTIONS);
        context.registerService(DeployCommands.class, new DeployCommands(deployer), command);
        Why why = new Why(deployer);
        context.registerService(Function.class, why, new Hashtable<>(Map.of("callgate.why", "deploy")));
        Function<String, String> known = why::known;
        context.registerService(Function.class, known, new Hashtable<>(Map.of("callgate.known", "deploy")));
    }

    private void beginWhenStarted(BundleContext context, Bundle system) {
        if (system.getState() == Bundle.ACTIVE) {
            begin();
        } else {
            context.addFrameworkListener(event -> {
                if (event.getType() == FrameworkEvent.STARTED) {
                    begin();
                }
            });
        }
    }

    private void begin() {
        deployer.begin();
        door.open();
    }

    @Override
    public void stop(BundleContext context) {
        door.close();
        handlers.close();
        deployer.close();
        journal.close();
    }
}
