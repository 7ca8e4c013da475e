// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Who takes configurations without describing them: ManagedService and ManagedServiceFactory, and components that
 * Declarative Services knows from their bundle. Asked only about what the Metatype service does not know.
 */
final class Consumers {

    private static final String FILTER = "(|(" + Constants.OBJECTCLASS + "=org.osgi.service.cm.ManagedService)("
            + Constants.OBJECTCLASS + "=org.osgi.service.cm.ManagedServiceFactory))";

    private final BundleContext context;

    Consumers(BundleContext context) {
        this.context = context;
    }

    boolean know(FileName name) {
        String id = name.factoryPid() == null ? name.pid() : name.factoryPid();
        return managed(id) || Arrays.stream(context.getBundles()).anyMatch(bundle -> declares(bundle, id));
    }

    private boolean managed(String id) {
        try {
            ServiceReference<?>[] found = context.getAllServiceReferences(null, FILTER);
            return found != null
                    && Arrays.stream(found)
                            .anyMatch(reference -> pids(reference).contains(id));
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(FILTER, e);
        }
    }

    /** A component description names the PID in an attribute of its own. */
    private static boolean declares(Bundle bundle, String id) {
        String components = bundle.getHeaders("").get("Service-Component");
        if (components == null || bundle.getState() == Bundle.UNINSTALLED) {
            return false;
        }
        Enumeration<URL> descriptions = bundle.findEntries("OSGI-INF", "*.xml", false);
        while (descriptions != null && descriptions.hasMoreElements()) {
            if (text(descriptions.nextElement()).contains('"' + id + '"')) {
                return true;
            }
        }
        return false;
    }

    private static String text(URL entry) {
        try (InputStream in = entry.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            // The bundle left while it was asked.
            return "";
        }
    }

    private static Collection<?> pids(ServiceReference<?> reference) {
        Object pid = reference.getProperty(Constants.SERVICE_PID);
        if (pid instanceof String[] several) {
            return List.of(several);
        }
        return pid instanceof Collection<?> several ? several : pid == null ? List.of() : List.of(pid);
    }
}
