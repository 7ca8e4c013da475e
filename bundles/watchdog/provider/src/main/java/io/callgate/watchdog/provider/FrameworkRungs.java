// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import java.time.Duration;
import java.util.function.IntConsumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.log.Logger;

/** The rungs in a real framework, each on a thread of its own, since the application may let it wait for ever. */
final class FrameworkRungs implements Rungs {

    /** The exit code with which {@code bin/callgate} starts the gateway again. */
    static final int RESTART = 75;

    /** Less than the launcher gives a stop before it ends the process as failed. */
    private static final Duration ORDERLY = Duration.ofSeconds(4);

    private final BundleContext context;
    private final ServiceComponentRuntime components;
    private final IntConsumer halt;
    private final Logger log;
    private volatile boolean restarting;

    FrameworkRungs(BundleContext context, ServiceComponentRuntime components, IntConsumer halt, Logger log) {
        this.context = context;
        this.components = components;
        this.halt = halt;
        this.log = log;
    }

    /** True once the ladder restarts the gateway: then no watchdog may be disarmed. */
    boolean isRestarting() {
        return restarting;
    }

    @Override
    public boolean isInstalled(Client.Id culprit) {
        return culprit.bundleId() == Client.Id.UNKNOWN_BUNDLE || context.getBundle(culprit.bundleId()) != null;
    }

    @Override
    public void restartComponent(Client.Id culprit) {
        Bundle bundle = context.getBundle(culprit.bundleId());
        ComponentDescriptionDTO component =
                bundle == null ? null : components.getComponentDescriptionDTO(bundle, culprit.component());
        if (component == null) {
            log.warn("{} has no component any more that could be restarted; the next rung follows", culprit.name());
            return;
        }
        begin("restart", () -> {
            components.disableComponent(component).getValue();
            components.enableComponent(component).getValue();
        });
    }

    @Override
    public void restartBundle(Client.Id culprit) {
        Bundle bundle = context.getBundle(culprit.bundleId());
        if (bundle == null) {
            log.warn("{} has no bundle any more that could be restarted; the next rung follows", culprit.name());
            return;
        }
        begin("restart", () -> {
            bundle.stop(Bundle.STOP_TRANSIENT);
            bundle.start(Bundle.START_TRANSIENT | Bundle.START_ACTIVATION_POLICY);
        });
    }

    /** In order if the framework stops soon, otherwise not: what is hung may hang the stop too. */
    @Override
    public void restartGateway() {
        restarting = true;
        Bundle system = context.getBundle(0);
        begin("gateway", () -> {
            update(system);
            FrameworkEvent event = system.adapt(Framework.class).waitForStop(ORDERLY.toMillis());
            if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                halt.accept(RESTART);
            }
        });
    }

    /** If the framework refuses, this process goes on, and its orderly end is one again. */
    private void update(Bundle system) throws BundleException {
        try {
            system.update();
        } catch (BundleException | RuntimeException e) {
            restarting = false;
            throw e;
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private void begin(String role, Work work) {
        PacedThread.daemon("callgate-watchdog-" + role, () -> done(work)).start();
    }

    private void done(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BundleException e) {
            log.error("The restart failed: {}", e.getMessage(), e);
        } catch (Exception e) {
            log.error("The restart failed; the next rung follows", e);
        }
    }
}
