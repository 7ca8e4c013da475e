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

    private record Line(Level level, String text, Throwable thrown) {}

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
    public void say(Level level, String line) {
        take(new Line(level, line, null));
    }

    @Override
    public void mistake(String during, Throwable thrown) {
        take(new Line(Level.ERROR, during, thrown));
    }

    private synchronized void take(Line line) {
        if (logger != null) {
            write(logger, line);
        } else {
            if (waiting.size() == WAITING) {
                waiting.remove();
            }
            waiting.add(line);
        }
    }

    @Override
    public void close() {
        tracker.close();
    }

    private synchronized void use(Logger found) {
        logger = found;
        while (found != null && !waiting.isEmpty()) {
            write(found, waiting.remove());
        }
    }

    private static void write(Logger logger, Line line) {
        switch (line.level) {
            case INFO -> logger.info("{}", line.text);
            case WARN -> logger.warn("{}", line.text);
            case ERROR -> logger.error("{}", line.text, line.thrown);
            default -> throw new AssertionError(line.level);
        }
    }
}
