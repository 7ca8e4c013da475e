// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.ArrayDeque;
import java.util.Deque;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.util.tracker.ServiceTracker;

/** The framework's log; what is said before it is there waits for it. */
final class ServiceLog implements OneLineLog, AutoCloseable {

    private static final int WAITING = 200;

    private record Line(Level level, String text) {}

    private final Deque<Line> waiting = new ArrayDeque<>();
    private final ServiceTracker<LoggerFactory, Logger> tracker;
    private Logger logger;

    ServiceLog(BundleContext context) {
        tracker = new ServiceTracker<>(context, LoggerFactory.class, null) {
            @Override
            public Logger addingService(ServiceReference<LoggerFactory> reference) {
                Logger found = context.getService(reference).getLogger(ServiceLog.class.getPackageName());
                use(found);
                return found;
            }

            @Override
            public void removedService(ServiceReference<LoggerFactory> reference, Logger left) {
                use(null);
                context.ungetService(reference);
            }
        };
        tracker.open();
    }

    @Override
    public synchronized void say(Level level, String line) {
        if (logger != null) {
            write(logger, level, line);
        } else {
            if (waiting.size() == WAITING) {
                waiting.remove();
            }
            waiting.add(new Line(level, line));
        }
    }

    @Override
    public void close() {
        tracker.close();
    }

    private synchronized void use(Logger found) {
        logger = found;
        while (found != null && !waiting.isEmpty()) {
            Line line = waiting.remove();
            write(found, line.level, line.text);
        }
    }

    private static void write(Logger logger, Level level, String line) {
        switch (level) {
            case INFO -> logger.info("{}", line);
            case WARN -> logger.warn("{}", line);
            case ERROR -> logger.error("{}", line);
            default -> throw new AssertionError(level);
        }
    }
}
