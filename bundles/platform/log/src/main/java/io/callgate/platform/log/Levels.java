// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.IOException;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogLevel;
import org.osgi.service.log.Logger;
import org.osgi.service.log.admin.LoggerAdmin;
import org.osgi.service.log.admin.LoggerContext;

/**
 * Which logger is heard from which level up: LoggerAdmin's root context, kept in the configuration which the OSGi
 * specification has for it (chapter 101.5.1), so that a person can also write it as a file.
 */
final class Levels {

    static final String PID = LoggerContext.LOGGER_CONTEXT_PID;
    private static final String DEFAULT = "default";
    private static final LogLevel USUAL = LogLevel.INFO;

    /**
     * The bundles that are heard from WARN up, as they have lines of INFO about themselves at every start. Declarative
     * Services writes to the root logger, so that only its bundle's own context tells it from others; its setting
     * ds.loglevel counts without a log service only.
     */
    private static final List<String> TALKATIVE = List.of("org.apache.felix.scr");

    private final Supplier<LoggerAdmin> admin;
    private final Supplier<ConfigurationAdmin> configurations;

    /** Both give null while there is none. */
    Levels(Supplier<LoggerAdmin> admin, Supplier<ConfigurationAdmin> configurations) {
        this.admin = admin;
        this.configurations = configurations;
    }

    /** Without any setting a log service hears from WARN up; what a gateway does is said at INFO. Settings stay. */
    static void useUsual(LoggerAdmin admin) {
        useUsual(admin.getLoggerContext(null), USUAL);
        TALKATIVE.forEach(bundle -> useUsual(admin.getLoggerContext(bundle), LogLevel.WARN));
    }

    private static void useUsual(LoggerContext context, LogLevel usual) {
        Map<String, LogLevel> levels = new HashMap<>(context.getLogLevels());
        if (levels.putIfAbsent(Logger.ROOT_LOGGER_NAME, usual) == null) {
            context.setLogLevels(levels);
        }
    }

    SortedMap<String, LogLevel> all() {
        return new TreeMap<>(root().getLogLevels());
    }

    LogLevel of(String logger) {
        return root().getEffectiveLogLevel(logger);
    }

    boolean isDebugging(String logger) {
        LoggerAdmin present = admin.get();
        return present != null
                && present.getLoggerContext(null).getEffectiveLogLevel(logger).implies(LogLevel.DEBUG);
    }

    void set(String logger, String level) throws IOException {
        Map<String, LogLevel> levels = new HashMap<>(root().getLogLevels());
        if (DEFAULT.equalsIgnoreCase(level)) {
            levels.remove(logger);
        } else {
            levels.put(logger, Settings.level(level, USUAL));
        }
        levels.putIfAbsent(Logger.ROOT_LOGGER_NAME, USUAL);
        keep(levels);
        root().setLogLevels(levels); // at once; the configuration's own way is asynchronous
    }

    private void keep(Map<String, LogLevel> levels) throws IOException {
        ConfigurationAdmin present = configurations.get();
        if (present == null) {
            throw new IllegalStateException("no Configuration Admin is there to keep the level: start its bundle");
        }
        Dictionary<String, Object> properties = new Hashtable<>();
        levels.forEach((name, level) -> properties.put(name, level.name()));
        Configuration configuration = present.getConfiguration(PID, null);
        configuration.updateIfDifferent(properties);
    }

    private LoggerContext root() {
        LoggerAdmin present = admin.get();
        if (present == null) {
            throw new IllegalStateException("no log service is there: start the bundle org.apache.felix.log");
        }
        return present.getLoggerContext(null);
    }
}
