// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * The framework's own complaints, one line each; its habit is a stack trace on standard output. What the log has of them
 * anyway is left to it.
 */
final class FrameworkLog extends Logger {

    private static final String LOG_READER = "org.osgi.service.log.LogReaderService";

    /** Beginnings of what Felix also fires as an event, which a log gets, or throws at whoever asked for it. */
    private static final List<String> TOLD_OTHERWISE = List.of(
            "Error starting ",
            "Error stopping ",
            "Error locking ",
            "Unable to update the bundle.",
            "Unable to purge bundle ",
            "EventDispatcher: ");

    private volatile BundleContext framework;

    /** From now on it is known whether somebody reads the log. */
    void initialised(BundleContext context) {
        framework = context;
    }

    @Override
    @SuppressWarnings("rawtypes") // as Felix declares it
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable throwable) {
        if (bundle != null && TOLD_OTHERWISE.stream().anyMatch(message::startsWith) && isInTheLog(bundle)) {
            return;
        }
        String line = line(bundle, message, throwable);
        switch (level) {
            case LOG_ERROR -> Say.error(line);
            case LOG_WARNING -> Say.warning(line);
            default -> Say.info(line);
        }
    }

    /**
     * Whether the log has a reader that starts before that bundle and stops after it. One of the same start level may
     * have gone before the event, which is delivered by another thread, comes to it.
     */
    private boolean isInTheLog(Bundle bundle) {
        BundleContext context = framework;
        if (context == null) {
            return false;
        }
        try {
            ServiceReference<?>[] logs = context.getAllServiceReferences(LOG_READER, null);
            int level = startLevel(bundle);
            return logs != null
                    && Stream.of(logs).flatMap(FrameworkLog::users).anyMatch(reader -> startLevel(reader) < level);
        } catch (IllegalStateException e) {
            return false; // the framework has stopped, or the bundle is uninstalled: then there is no knowing
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter, no syntax", e);
        }
    }

    private static Stream<Bundle> users(ServiceReference<?> service) {
        Bundle[] users = service.getUsingBundles();
        return users == null ? Stream.empty() : Stream.of(users);
    }

    private static int startLevel(Bundle bundle) {
        return bundle.adapt(BundleStartLevel.class).getStartLevel();
    }

    static String line(Bundle bundle, String message, Throwable throwable) {
        StringBuilder line = new StringBuilder();
        if (bundle != null) {
            line.append(bundle.getSymbolicName()).append(": ");
        }
        line.append(message);
        if (throwable != null) {
            Throwable root = throwable;
            while (root.getCause() != null && root.getCause() != root) {
                root = root.getCause();
            }
            line.append(": ").append(root.getMessage() == null ? root : root.getMessage());
        }
        return line.toString();
    }
}
