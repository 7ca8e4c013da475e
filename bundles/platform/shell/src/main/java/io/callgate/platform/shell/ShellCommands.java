// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import io.callgate.platform.shell.Session.Next;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The commands every session has: how to find the others, and how to leave. */
@Component(
        service = ShellCommands.class,
        property = {
            "osgi.command.scope=shell",
            "osgi.command.function=help",
            "osgi.command.function=exit",
            "osgi.command.function=logout",
            "osgi.command.function=shutdown"
        })
public final class ShellCommands {

    private final BundleContext context;

    @Activate
    public ShellCommands(BundleContext context) {
        this.context = context;
    }

    @Descriptor("lists the commands")
    public void help(CommandSession session) {
        new Help(session).overview(session.getConsole());
    }

    @Descriptor("explains a command, or lists a scope")
    public void help(CommandSession session, @Descriptor("a command or a scope, as gpio:set or gpio") String name) {
        new Help(session).explain(name, session.getConsole());
    }

    @Descriptor("ends this session; the gateway runs on")
    public void exit(CommandSession session) {
        exit(session, 0);
    }

    @Descriptor("ends this session with an exit status")
    public void exit(CommandSession session, @Descriptor("0 to 255") int status) {
        if (!(session.get(Session.VARIABLE) instanceof Session shell)) {
            throw new IllegalStateException("this session is not one of the shell's: it ends with its owner");
        }
        shell.then(Next.EXIT, status);
    }

    @Descriptor("ends this session, as exit does")
    public void logout(CommandSession session) {
        exit(session, 0);
    }

    @Descriptor("stops the gateway in order")
    public void shutdown(CommandSession session) throws BundleException {
        if (session.get(Session.VARIABLE) instanceof Session shell) {
            session.getConsole().println("The gateway is stopping.");
            shell.then(Next.SHUTDOWN, 0); // after the answer has reached whoever asked
        } else {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
        }
    }
}
