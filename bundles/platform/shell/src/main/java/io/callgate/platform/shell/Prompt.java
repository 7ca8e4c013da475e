// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.felix.gogo.jline.Highlighter;
import org.apache.felix.gogo.jline.Parser;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/** Reads commands from a person and runs them, until {@code exit}, {@code shutdown} or the end of input. */
final class Prompt {

    static final String TEXT = "callgate> ";

    private final Session session;
    private final LineReader reader;
    private final String atCtrlC;

    /**
     * @param history the file, shared by all sessions
     * @param turn the lock of that file
     * @param atCtrlC what Ctrl-C says where there is nothing to interrupt
     */
    Prompt(
            Session session,
            Completion completion,
            Path history,
            Object turn,
            Consumer<IOException> unwritable,
            String atCtrlC) {
        this.session = session;
        this.atCtrlC = atCtrlC;
        SharedHistory sharedHistory = new SharedHistory(turn, unwritable);
        reader = LineReaderBuilder.builder()
                .terminal(session.terminal())
                .appName("callgate")
                .parser(new Parser())
                .highlighter(new Highlighter(session.gogo()))
                .completer(completion)
                .history(sharedHistory)
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, "%P       > ")
                .variable(LineReader.BELL_STYLE, "none")
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true) // "hello!" is an argument
                .option(LineReader.Option.AUTO_FRESH_LINE, true)
                .option(LineReader.Option.INSERT_TAB, false)
                .build();
        sharedHistory.attach(reader, history);
        session.reader(reader);
    }

    /** The exit status: of {@code exit}, or of the last command. */
    int run() {
        session.terminal().handle(Terminal.Signal.INT, signal -> interrupt());
        session.terminal().handle(Terminal.Signal.TSTP, Terminal.SignalHandler.SIG_IGN);
        int status = 0;
        while (session.next() == Session.Next.COMMAND) {
            session.forgetInterrupt();
            try {
                status = session.execute(reader.readLine(TEXT));
            } catch (UserInterruptException e) {
                if (e.getPartialLine().isBlank()) {
                    printAbove(atCtrlC);
                }
            } catch (EndOfFileException e) {
                return 0;
            }
        }
        return status;
    }

    private void interrupt() {
        session.interrupt();
        session.terminal().writer().println(); // after the terminal's ^C
        session.terminal().flush();
    }

    /** A line of somebody else's (the log), above what is being typed. */
    void printAbove(String line) {
        reader.printAbove(line);
    }
}
