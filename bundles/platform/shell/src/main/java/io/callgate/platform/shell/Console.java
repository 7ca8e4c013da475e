// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceRegistration;

/**
 * The session on the terminal of a foreground start.
 *
 * <p>It begins when the framework has started, so that what is live can be typed at once. While it lasts, a {@code
 * Consumer<String>} service with the property {@value #TERMINAL} prints lines above the prompt: whoever writes to
 * standard output (the log) uses it when it is there, so that no line destroys what is being typed.
 *
 * <p>The end of its input, and {@code exit}, end this session and not the gateway.
 */
final class Console implements FrameworkListener {

    /** Service property of the {@code Consumer<String>} that prints above the prompt. */
    static final String TERMINAL = "callgate.terminal";

    static final String NAME = "callgate-shell-console";

    private final ShellServer server;
    private final BundleContext context;
    private final BundleContext framework;
    private final CountDownLatch started = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, NAME);
    private volatile boolean stopping;
    private volatile Session session;
    private volatile ByteTerminal terminal;
    private volatile Tty tty;

    Console(ShellServer server, BundleContext context) {
        this.server = server;
        this.context = context;
        this.framework = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).getBundleContext();
        // On the framework's own context, where listeners are called in the order of their registration: whoever
        // started
        // it has written its first screen before the prompt comes.
        framework.addFrameworkListener(this);
        if (framework.getBundle().getState() == Bundle.ACTIVE) {
            started.countDown();
        }
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            started.countDown();
        }
    }

    /** Asks the session to end; {@link #join} waits for it. */
    void end() {
        stopping = true;
        framework.removeFrameworkListener(this);
        started.countDown();
        Session open = session;
        if (isCaller(open)) {
            open.then(Session.Next.EXIT, 0); // our own command stops us: the session ends when that returns
            return;
        }
        if (open != null) {
            open.close();
        }
        ByteTerminal typing = terminal;
        if (typing != null) {
            typing.endOfInput();
        }
    }

    /**
     * Gives the terminal back, whether or not the session has ended: after an update the next console takes it.
     *
     * @return false when the session did not end in time
     */
    boolean join(Deadline deadline) throws InterruptedException {
        boolean ended = isCaller(session) || deadline.join(thread);
        giveBack();
        return ended;
    }

    private static boolean isCaller(Session open) {
        return open != null && open.isCaller();
    }

    private void giveBack() {
        Tty taken = tty;
        if (taken != null) {
            try {
                taken.close();
            } catch (IOException e) {
                server.warn("the terminal was not given back: " + e.getMessage() + "; type stty sane", e);
            }
        }
    }

    private void run() {
        Session.Next next = Session.Next.COMMAND;
        try {
            started.await();
            if (!stopping) {
                next = converse();
            }
        } catch (IOException e) {
            server.warn("there is no shell on this terminal: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (next == Session.Next.SHUTDOWN) {
            server.shutdown();
        }
    }

    private Session.Next converse() throws IOException, InterruptedException {
        OutputStream screen = new Screen();
        Thread keys;
        try (Tty taken = Tty.take();
                ByteTerminal typing = new ByteTerminal(NAME, type(), taken.size(), screen, this::busy)) {
            tty = taken;
            terminal = typing;
            keys = new Thread(() -> readKeys(taken, typing), NAME + "-in");
            keys.setDaemon(true);
            session = server.open(typing, typing.input(), typing.output(), typing.output());
            taken.onResize(() -> resize(taken, typing));
            typing.start();
            keys.start();
            Prompt prompt = server.prompt(session, "Ctrl-D leaves the shell; shutdown stops the gateway");
            ServiceRegistration<?> lines = context.registerService(
                    Consumer.class, (Consumer<String>) prompt::printAbove, new Hashtable<>(Map.of(TERMINAL, true)));
            try {
                prompt.run();
            } finally {
                unregister(lines);
                session.close();
            }
            if (!stopping && session.next() != Session.Next.SHUTDOWN) {
                session.out()
                        .println("The gateway runs on. Ctrl-C here stops it; `bin/callgate shell` is a new session.");
            }
        }
        keys.join();
        return session.next();
    }

    private static String type() {
        String type = System.getenv("TERM");
        return type == null || type.isBlank() ? "dumb" : type;
    }

    private boolean busy() {
        return session.isExecuting();
    }

    private void readKeys(Tty from, ByteTerminal typing) {
        ByteBuffer keys = ByteBuffer.allocate(1024);
        try {
            while (from.read(keys) >= 0) {
                typing.typed(Arrays.copyOf(keys.array(), keys.position()));
                keys.clear();
            }
        } catch (ClosedChannelException e) {
            return; // the session has ended
        } catch (IOException e) {
            server.warn("the terminal has gone: " + e.getMessage(), e);
        }
        typing.endOfInput();
    }

    private void resize(Tty of, ByteTerminal typing) {
        try {
            typing.resized(of.size());
        } catch (IOException e) {
            server.debug("asking for the terminal's size", e);
        }
    }

    /** Standard output, which outlives the session: JLine closes what it writes to, byte by byte. */
    private static final class Screen extends BufferedOutputStream {
        Screen() {
            super(new FileOutputStream(FileDescriptor.out));
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    private void unregister(ServiceRegistration<?> lines) {
        try {
            lines.unregister();
        } catch (IllegalStateException e) {
            server.debug("the console's bundle stopped first", e);
        }
    }
}
