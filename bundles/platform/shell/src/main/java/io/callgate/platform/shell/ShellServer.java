// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandProcessor;
import org.jline.terminal.Terminal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * The shell: sessions on {@code shell.sock} in the data folder, as many as come, and one on the terminal of a
 * foreground start.
 *
 * <p>No TCP port, and nothing that ends the framework by itself: a session ends by {@code exit} or at the end of its
 * input, the gateway by {@code shutdown}. When this bundle stops, every session is told so and ended; its threads (all
 * named {@code callgate-shell-...}) are awaited, and one that does not end is named in the log.
 */
@Component(
        service = {},
        immediate = true)
public final class ShellServer {

    static final String DATA = "callgate.data";
    static final String CONSOLE = "callgate.console";
    static final String SOCKET = "shell.sock";
    static final String HISTORY = "shell-history";

    private static final int SESSIONS_AT_ONCE = 64;
    /** For all sessions together: the launcher gives the whole gateway a few seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final BundleContext context;
    private final CommandProcessor processor;
    private final Logger log;
    private final Path data;
    private final BuiltinCommands builtins;
    private final Object historyTurn = new Object();
    private final Set<RemoteSession> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final SocketFile socket;
    private final Thread acceptor;
    private final Console console;
    private volatile boolean stopping;

    @Activate
    public ShellServer(
            BundleContext context,
            @Reference CommandProcessor processor,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.context = context;
        this.processor = processor;
        this.log = log;
        this.data = data(context);
        this.builtins = new BuiltinCommands(context, processor);
        this.socket = bind();
        this.acceptor = new Thread(this::accept, "callgate-shell-accept");
        if (socket != null) {
            acceptor.setDaemon(true);
            acceptor.start();
        }
        this.console = Boolean.parseBoolean(context.getProperty(CONSOLE)) ? new Console(this, context) : null;
    }

    @Deactivate
    void stop() throws InterruptedException {
        stopping = true;
        Deadline polite = Deadline.in(PATIENCE.dividedBy(2));
        Deadline last = Deadline.in(PATIENCE);
        if (socket != null) {
            quietly("closing " + socket.path(), socket::close);
            polite.join(acceptor);
        }
        String sentence = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getState() == Bundle.STOPPING
                ? "the gateway is stopping"
                : "the shell is being stopped or updated: connect again in a moment";
        List<RemoteSession> open = List.copyOf(sessions);
        open.forEach(session -> session.end(sentence));
        if (console != null) {
            console.end();
        }
        for (RemoteSession session : open) {
            session.join(polite);
        }
        open.forEach(RemoteSession::cut);
        for (RemoteSession session : open) {
            warnUnlessEnded(session.join(last), session.name());
        }
        if (console != null) {
            warnUnlessEnded(console.join(last), Console.NAME);
        }
        builtins.close();
    }

    private void warnUnlessEnded(boolean ended, String thread) {
        if (!ended) {
            log.warn("{} did not end within {} s: a command in it ignores interrupts", thread, PATIENCE.toSeconds());
        }
    }

    /** Waits for clients until the socket is closed. */
    private void accept() {
        while (!stopping) {
            try {
                SocketChannel channel = socket.accept();
                if (sessions.size() >= SESSIONS_AT_ONCE) {
                    log.warn("refused a shell session: {} are open, which is the limit", SESSIONS_AT_ONCE);
                    channel.close();
                    continue;
                }
                RemoteSession session = new RemoteSession(this, channel, "callgate-shell-" + count.incrementAndGet());
                sessions.add(session);
                session.start();
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                if (!stopping) {
                    log.error(
                            "{} takes no more sessions: {}; restart the bundle {}",
                            socket.path(),
                            e.getMessage(),
                            context.getBundle().getSymbolicName(),
                            e);
                }
                return;
            }
        }
    }

    Session open(Terminal terminal, InputStream in, OutputStream out, OutputStream err) {
        return new Session(processor, terminal, in, out, err, data, new ShellContext(), log);
    }

    Prompt prompt(Session session, String atCtrlC) {
        return new Prompt(
                session,
                new Completion(context, session.help()),
                data.resolve(HISTORY),
                historyTurn,
                e -> log.warn("the shell's history is not kept: {}", e.toString()),
                atCtrlC);
    }

    void ended(RemoteSession session) {
        sessions.remove(session);
    }

    /** Stops the framework, in order; returns at once. */
    void shutdown() {
        log.info("the gateway is stopping: shutdown in the shell");
        try {
            context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
        } catch (BundleException e) {
            log.error("the gateway could not be stopped: {}", e.getMessage(), e);
        }
    }

    void warn(String message, Exception e) {
        log.warn("{}", message, e);
    }

    void debug(String message, Exception e) {
        log.debug("{}", message, e);
    }

    Path data() {
        return data;
    }

    private SocketFile bind() {
        try {
            return SocketFile.bind(data.resolve(SOCKET));
        } catch (IOException e) {
            log.error("`callgate shell` will not reach this gateway: {}", e.getMessage(), e);
            return null;
        }
    }

    private static Path data(BundleContext context) {
        String folder = context.getProperty(DATA);
        return Path.of(folder == null ? "data" : folder).toAbsolutePath().normalize();
    }

    private interface Closing {
        void close() throws IOException;
    }

    private void quietly(String what, Closing closing) {
        try {
            closing.close();
        } catch (IOException e) {
            log.warn("{}: {}", what, e.getMessage());
        }
    }

    /** What Gogo's own commands may ask of their surroundings. */
    private final class ShellContext implements Shell.Context {
        @Override
        public String getProperty(String key) {
            return context.getProperty(key);
        }

        @Override
        public void exit() {
            throw new UnsupportedOperationException("shutdown stops the gateway; exit ends the session");
        }
    }
}
