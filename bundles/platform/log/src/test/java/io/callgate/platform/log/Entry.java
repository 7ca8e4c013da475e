// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogLevel;

/** An entry as a log service makes it. */
record Entry(long sequence, LogLevel level, String logger, String message, Throwable exception) implements LogEntry {

    static final long TIME = 1_790_000_000_000L;

    Entry(long sequence, LogLevel level, String logger, String message) {
        this(sequence, level, logger, message, null);
    }

    @Override
    public Bundle getBundle() {
        return null;
    }

    @Override
    public ServiceReference<?> getServiceReference() {
        return null;
    }

    @Override
    @Deprecated
    public int getLevel() {
        return level.ordinal();
    }

    @Override
    public String getMessage() {
        return message;
    }

    @Override
    public Throwable getException() {
        return exception;
    }

    @Override
    public long getTime() {
        return TIME;
    }

    @Override
    public LogLevel getLogLevel() {
        return level;
    }

    @Override
    public String getLoggerName() {
        return logger;
    }

    @Override
    public long getSequence() {
        return sequence;
    }

    @Override
    public String getThreadInfo() {
        return "";
    }

    @Override
    public StackTraceElement getLocation() {
        return null;
    }
}
