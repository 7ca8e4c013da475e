// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Puts the store together; no Declarative Services, for those need configuration to live. */
public final class Activator implements BundleActivator {

    private ConfigService service;

    @Override
    public void start(BundleContext context) {
        service = new ConfigService(context);
        service.start();
    }

    @Override
    public void stop(BundleContext context) throws IOException, InterruptedException {
        service.stop();
    }
}
