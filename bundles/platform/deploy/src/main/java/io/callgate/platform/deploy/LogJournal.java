// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.util.tracker.ServiceTracker;

/** The journal in the log service. While that is being exchanged, lines wait, the oldest giving way. */
final class LogJournal implements Journal, AutoCloseable {

    private static final int MOST_LINES = 200;

    private final ServiceTracker<LoggerFactory, Logger> tracker;
    private final Deque<Consumer<Logger>> unsaid = new ArrayDeque<>();

    LogJournal(BundleContext context) {
        tracker = new ServiceTracker<>(context, LoggerFactory.class, null) {
            @Override
            public Logger addingService(ServiceReference<LoggerFactory> reference) {
                Object service = context.getService(reference);
                Logger logger = service instanceof LoggerFactory factory
                        ? factory.getLogger("io.callgate.platform.deploy")
                        : null;
                if (logger != null) {
                    catchUp(logger);
                }
                return logger;
            }

            @Override
            public void removedService(ServiceReference<LoggerFactory> reference, Logger logger) {
                context.ungetService(reference);
            }
        };
    }

    void open() {
        // All of them, and then those of our own class: the context may be the system bundle's, which is not wired.
        tracker.open(true);
    }

    @Override
    public void close() {
        tracker.close();
    }

    @Override
    public void info(String line) {
        say(logger -> logger.info("{}", line));
    }

    @Override
    public void warn(String line) {
        say(logger -> logger.warn("{}", line));
    }

    @Override
    public void debug(String line) {
        say(logger -> logger.debug("{}", line));
    }

    @Override
    public void failed(String line, Throwable cause) {
        say(logger -> logger.error("{}", line, cause));
    }

    private void say(Consumer<Logger> line) {
        Logger logger = tracker.getService();
        if (logger != null) {
            line.accept(logger);
            return;
        }
        synchronized (unsaid) {
            if (unsaid.size() == MOST_LINES) {
                unsaid.removeFirst();
            }
            unsaid.addLast(line);
        }
    }

    private void catchUp(Logger logger) {
        synchronized (unsaid) {
            unsaid.forEach(line -> line.accept(logger));
            unsaid.clear();
        }
    }
}
