// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import org.apache.felix.gogo.runtime.EOFError;
import org.apache.felix.gogo.runtime.Parser;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;

/** One client of the socket, from its hello to its exit status, on a thread of its own. */
final class RemoteSession implements Runnable {

    private static final String DUMB = "dumb";
    private static final Size NO_TERMINAL = new Size(80, 24);

    private final ShellServer server;
    private final Connection connection;
    private final String name;
    private final Thread thread;
    private volatile Session session;
    private volatile ByteTerminal terminal;
    private volatile String farewell;

    RemoteSession(ShellServer server, SocketChannel channel, String name) {
        this.server = server;
        this.name = name;
        this.connection = new Connection(channel, name);
        this.thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    String name() {
        return name;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        Session.Next next = Session.Next.EXIT;
        try {
            Hello hello = connection.hello();
            int status =
                    switch (hello.mode()) {
                        case TERMINAL -> interactive(hello);
                        case COMMAND -> command(hello);
                        case SCRIPT -> script();
                    };
            next = session.next();
            finish(status);
        } catch (IOException e) {
            refuse(e);
        } finally {
            cleanUp();
            server.ended(this);
        }
        if (next == Session.Next.SHUTDOWN) {
            server.shutdown();
        }
    }

    /** Asks the session to end, with a sentence for its person; {@link #join} waits for it. */
    void end(String sentence) {
        farewell = sentence;
        if (isCaller()) {
            session.then(Session.Next.EXIT, 0); // its own command stops us: it ends when that returns
        } else {
            closeSession();
        }
    }

    private boolean isCaller() {
        Session open = session;
        return open != null && open.isCaller();
    }

    /** True when it has ended, or cannot because the caller is its own command. */
    boolean join(Deadline deadline) throws InterruptedException {
        return isCaller() || deadline.join(thread) && connection.join(deadline);
    }

    /** Ends what waits for a client that does not read; it hears no more. */
    void cut() {
        if (thread.isAlive() && !isCaller()) {
            closeConnection();
        }
    }

    private int interactive(Hello hello) throws IOException {
        OutputStream screen = connection.stream(Frames.OUTPUT);
        terminal = new ByteTerminal(name, hello.terminal(), hello.size(), screen, this::busy);
        open(terminal, terminal.input(), terminal.output(), terminal.output());
        connection.listen(new Typing());
        terminal.start();
        return server.prompt(session, "Ctrl-D or exit ends this session; shutdown stops the gateway")
                .run();
    }

    private int command(Hello hello) throws IOException {
        openPiped();
        return session.execute(hello.args());
    }

    /** Every line, like sh without -e; a line that is not complete continues on the next. */
    private int script() throws IOException {
        PulledInput input = openPiped();
        BufferedReader lines = new BufferedReader(new InputStreamReader(input, UTF_8));
        int status = 0;
        StringBuilder command = new StringBuilder();
        String line;
        while (session.next() == Session.Next.COMMAND && (line = lines.readLine()) != null) {
            command.append(line).append('\n');
            if (isComplete(command)) {
                status = session.execute(command.toString());
                command.setLength(0);
            }
        }
        return command.isEmpty() ? status : session.execute(command.toString());
    }

    private static boolean isComplete(CharSequence command) {
        try {
            new Parser(command).program();
            return true;
        } catch (EOFError e) {
            return false;
        } catch (SyntaxError e) {
            return true; // it will not get better by more lines
        }
    }

    private PulledInput openPiped() throws IOException {
        PulledInput input = new PulledInput(() -> connection.send(Frames.Frame.empty(Frames.NEED)));
        OutputStream out = connection.stream(Frames.OUTPUT);
        DumbTerminal none = new DumbTerminal(name, DUMB, input, out, UTF_8);
        none.setSize(NO_TERMINAL);
        open(none, input, out, connection.stream(Frames.ERROR));
        connection.listen(new Piping(input));
        return input;
    }

    private void open(Terminal on, InputStream in, OutputStream out, OutputStream err) {
        session = server.open(on, in, out, err);
        if (farewell != null) {
            session.close(); // the shell began to stop meanwhile
        }
    }

    private boolean busy() {
        return session.isExecuting();
    }

    private void finish(int status) throws IOException {
        if (farewell != null) {
            OutputStream err = connection.stream(Frames.ERROR);
            err.write(("callgate: " + farewell + (terminal == null ? "\n" : "\r\n")).getBytes(UTF_8));
            err.flush();
        }
        session.out().flush();
        session.err().flush();
        connection.exit(status);
    }

    /** The client is no client, or gone: it gets the sentence if it is still there to read it. */
    private void refuse(IOException e) {
        try {
            OutputStream err = connection.stream(Frames.ERROR);
            err.write(("callgate: " + e.getMessage() + "\n").getBytes(UTF_8));
            err.flush();
            connection.exit(Failure.USAGE);
        } catch (IOException gone) {
            server.debug(name + " ended: " + e.getMessage(), gone);
        }
    }

    private void cleanUp() {
        closeSession();
        closeConnection();
        try {
            if (terminal != null) {
                terminal.close();
            }
        } catch (IOException e) {
            server.debug(name + ": closing its terminal", e);
        }
    }

    private void closeSession() {
        Session open = session;
        if (open != null) {
            open.close();
        }
        ByteTerminal typing = terminal;
        if (typing != null) {
            typing.endOfInput();
        }
    }

    private void closeConnection() {
        try {
            connection.close();
        } catch (IOException e) {
            server.debug(name + ": closing its connection", e);
        }
    }

    /** Mode terminal: every key as it is typed. */
    private final class Typing implements Connection.Listener {
        @Override
        public void input(byte[] bytes) {
            terminal.typed(bytes);
        }

        @Override
        public void endOfInput() {
            terminal.endOfInput();
        }

        @Override
        public void window(String size) {
            terminal.resized(Hello.size(size));
        }

        @Override
        public void gone() {
            closeSession();
        }
    }

    /** The other modes: what was asked for. */
    private final class Piping implements Connection.Listener {
        private final PulledInput input;

        Piping(PulledInput input) {
            this.input = input;
        }

        @Override
        public void input(byte[] bytes) {
            input.add(bytes);
        }

        @Override
        public void endOfInput() {
            input.end();
        }

        @Override
        public void window(String size) {
            server.debug(name + " sent a size without having a terminal: " + size, null);
        }

        @Override
        public void gone() {
            input.end();
            closeSession();
        }
    }
}
