// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;

/**
 * The commands Gogo's own shell would register, less what a gateway does not want: servers (telnetd, sshd), a second
 * terminal multiplexer, and {@code java.lang.System} with its {@code exit}.
 */
final class BuiltinCommands {

    private static final String[] LANGUAGE = {"each", "if", "not", "throw", "try", "until", "while", "break", "continue"
    };
    private static final String[] SESSION = {"format", "new", "set", "tac", "type", "jobs", "fg", "bg", "history"};
    private static final String[] FILES = {
        "cat", "echo", "grep", "sort", "sleep", "cd", "pwd", "ls", "less", "watch", "nano", "head", "tail", "clear",
        "wc", "date"
    };
    private static final String[] FRAMEWORK = {"bundle", "bundles", "getproperty"};

    private final List<ServiceRegistration<?>> registrations = new ArrayList<>();
    private final BundleContext context;

    BuiltinCommands(BundleContext context, CommandProcessor processor) {
        this.context = context;
        BundleContext framework =
                context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        registrations.add(context.registerService(Converter.class, new Converters(framework), null));
        register("gogo", new Procedural(), LANGUAGE);
        register("gogo", new Builtin(), SESSION);
        register("gogo", new FileCommands(processor), FILES);
        register("context", framework, FRAMEWORK);
    }

    private void register(String scope, Object commands, String[] functions) {
        registrations.add(context.registerService(
                Object.class,
                commands,
                new Hashtable<>(
                        Map.of(CommandProcessor.COMMAND_SCOPE, scope, CommandProcessor.COMMAND_FUNCTION, functions))));
    }

    void close() {
        registrations.forEach(ServiceRegistration::unregister);
        registrations.clear();
    }
}
