// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Who takes configurations without describing them: ManagedService and ManagedServiceFactory, the log admin, and
 * components that Declarative Services knows from their bundle. Asked only about what the Metatype service does not know.
 */
final class Consumers {

    private static final String FILTER = "(|(" + Constants.OBJECTCLASS + "=org.osgi.service.cm.ManagedService)("
            + Constants.OBJECTCLASS + "=org.osgi.service.cm.ManagedServiceFactory))";

    private static final String LOG_ADMIN = "org.osgi.service.log.admin";

    private static final String DESCRIPTIONS = "OSGI-INF";

    private final BundleContext context;

    Consumers(BundleContext context) {
        this.context = context;
    }

    boolean know(FileName name) {
        String id = name.factoryPid() == null ? name.pid() : name.factoryPid();
        return loggers(id)
                || managed(id)
                || Arrays.stream(context.getBundles()).anyMatch(bundle -> declares(bundle, id));
    }

    /** The log admin listens for its PIDs and registers nothing for them; {@code PID|bundle} is one bundle's levels. */
    private static boolean loggers(String id) {
        return id.equals(LOG_ADMIN) || id.startsWith(LOG_ADMIN + "|");
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

    /**
     * A component description names the PID in an attribute of its own. Not {@link Bundle#findEntries}: it resolves a
     * bundle that is only installed, and when that is to happen is the deployer's affair.
     */
    private static boolean declares(Bundle bundle, String id) {
        if (bundle.getHeaders("").get("Service-Component") == null) {
            return false;
        }
        try {
            Enumeration<String> paths = bundle.getEntryPaths(DESCRIPTIONS);
            return paths != null
                    && Collections.list(paths).stream()
                            .filter(path -> path.endsWith(".xml"))
                            .map(bundle::getEntry)
                            .anyMatch(entry -> text(entry).contains('"' + id + '"'));
        } catch (IllegalStateException e) {
            return false; // it is uninstalled
        }
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
