// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.log.LogReaderService;
import org.osgi.service.log.admin.LoggerAdmin;
import org.osgi.util.tracker.ServiceTracker;
import org.osgi.util.tracker.ServiceTrackerCustomizer;

/**
 * Puts the OSGi log where people look for it.
 *
 * <p>An activator and no component: the log is there before Declarative Services is, and tells why it is not.
 * Everything it works with may come late, go and come again; what was logged before it came is in the log service's
 * history.
 */
public final class LogActivator implements BundleActivator {

    private static final String DATA = "callgate.data";
    private static final String CONSOLE = "callgate.console";
    private static final String FILE = "log/callgate.log";
    private static final String PROPERTY_PREFIX = "callgate.log.";

    /** The shell's service that prints above the prompt; see its Console. */
    private static final String PROMPT = "(&(objectClass=java.util.function.Consumer)(callgate.terminal=true))";

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private BundleContext context;
    private Path file;
    private Output output;
    private Recorder recorder;
    private LogCommands commands;
    private ServiceTracker<LoggerAdmin, LoggerAdmin> admins;
    private ServiceTracker<ConfigurationAdmin, ConfigurationAdmin> configurations;
    private List<ServiceTracker<?, ?>> others;

    @Override
    public void start(BundleContext bundleContext) throws InvalidSyntaxException {
        context = bundleContext;
        String data = context.getProperty(DATA);
        file = Path.of(data == null ? "data" : data)
                .toAbsolutePath()
                .normalize()
                .resolve(FILE);
        admins = new ServiceTracker<>(context, LoggerAdmin.class, new UsualLevels());
        configurations = new ServiceTracker<>(context, ConfigurationAdmin.class, null);
        Levels levels = new Levels(admins::getService, configurations::getService);
        Settings settings = Settings.of(key -> context.getProperty(PROPERTY_PREFIX + key));
        // Not System.out: Gogo puts its own in its place, which belongs to whoever runs a command on the thread.
        output = new Output(
                new FileOutputStream(FileDescriptor.out), Journal.isStandardOutput() ? Line::journal : Line::dated);
        recorder = new Recorder(
                logFile(settings),
                output,
                settings.output(),
                levels::isDebugging,
                Boolean.parseBoolean(context.getProperty(CONSOLE)));
        output.start();
        others = List.of(
                admins,
                configurations,
                new ServiceTracker<>(context, context.createFilter(PROMPT), new Prompts()),
                new ServiceTracker<>(context, LogReaderService.class, new Readers()));
        others.forEach(ServiceTracker::open);
        context.registerService(
                ManagedService.class, this::configured, new Hashtable<>(Map.of("service.pid", Settings.PID)));
        commands = new LogCommands(recorder, levels);
        context.registerService(
                LogCommands.class,
                commands,
                new Hashtable<>(Map.of(
                        "osgi.command.scope", LogCommands.SCOPE, "osgi.command.function", LogCommands.FUNCTIONS)));
    }

    @Override
    public void stop(BundleContext bundleContext) throws IOException, InterruptedException {
        commands.stop();
        others.forEach(ServiceTracker::close);
        output.stop(PATIENCE);
        recorder.close();
    }

    private LogFile logFile(Settings settings) {
        return new LogFile(file, settings.fileBytes(), settings.files(), new ToStandardError());
    }

    private void configured(Dictionary<String, ?> properties) throws ConfigurationException {
        try {
            Settings settings = Settings.of(key -> {
                Object value = properties == null ? null : properties.get(key);
                return value == null ? context.getProperty(PROPERTY_PREFIX + key) : value.toString();
            });
            recorder.settings(logFile(settings), settings.output());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(Settings.PID, e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("closing " + file, e);
        }
    }

    /** The log cannot say of itself that it cannot be written. */
    private static final class ToStandardError implements LogFile.Trouble {
        @Override
        public void failed(IOException reason) {
            System.err.println("callgate: the log file cannot be written (" + reason
                    + "): make room; the gateway runs on and tries again with every line");
        }

        @Override
        public void recovered(long droppedLines) {
            System.err.println("callgate: the log file is written again; lines lost: " + droppedLines);
        }
    }

    private final class UsualLevels implements ServiceTrackerCustomizer<LoggerAdmin, LoggerAdmin> {
        @Override
        public LoggerAdmin addingService(ServiceReference<LoggerAdmin> reference) {
            LoggerAdmin admin = context.getService(reference);
            if (admin != null) {
                Levels.useUsual(admin);
            }
            return admin;
        }

        @Override
        public void modifiedService(ServiceReference<LoggerAdmin> reference, LoggerAdmin admin) {}

        @Override
        public void removedService(ServiceReference<LoggerAdmin> reference, LoggerAdmin admin) {
            context.ungetService(reference);
        }
    }

    private final class Readers implements ServiceTrackerCustomizer<LogReaderService, LogReaderService> {
        @Override
        public LogReaderService addingService(ServiceReference<LogReaderService> reference) {
            LogReaderService reader = context.getService(reference);
            if (reader != null) {
                recorder.attach(reader);
            }
            return reader;
        }

        @Override
        public void modifiedService(ServiceReference<LogReaderService> reference, LogReaderService reader) {}

        @Override
        public void removedService(ServiceReference<LogReaderService> reference, LogReaderService reader) {
            reader.removeLogListener(recorder);
            context.ungetService(reference);
        }
    }

    /** A prompt that comes and goes with the shell's console. */
    private final class Prompts implements ServiceTrackerCustomizer<Object, Object> {
        @Override
        public Object addingService(ServiceReference<Object> reference) {
            @SuppressWarnings("unchecked") // the property says what it consumes
            Consumer<String> prompt = (Consumer<String>) context.getService(reference);
            output.above(prompt);
            return prompt;
        }

        @Override
        public void modifiedService(ServiceReference<Object> reference, Object prompt) {}

        @Override
        public void removedService(ServiceReference<Object> reference, Object prompt) {
            output.above(null);
            context.ungetService(reference);
        }
    }
}
