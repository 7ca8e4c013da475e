// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;

/** Gogo's cat, grep, ls and the like, with this shell's manners: Ctrl-C is no error, and an error says what it is. */
public final class FileCommands extends Posix {

    private static final Pattern LINES = Pattern.compile("(?:-n ?|-)(\\d{1,9})|");
    private static final Pattern COUNT = Pattern.compile("-[iv]*c[iv]*");
    private static final int DEFAULT_LINES = 10;

    FileCommands(CommandProcessor processor) {
        super(processor);
    }

    @Override
    protected Object run(CommandSession session, Process process, String[] argv) throws Exception {
        try {
            return super.run(session, process, argv);
        } catch (InterruptedException | InterruptedIOException | ClosedByInterruptException e) {
            process.error(Failure.INTERRUPTED);
        } catch (NoSuchFileException e) {
            fail(process, argv[0], "no such file: " + e.getFile());
        } catch (IOException e) {
            fail(process, argv[0], e.getMessage());
        }
        return null;
    }

    /** Gogo's own knows files only: at the end of a pipe ({@code lb | tail -n 3}) it fails. */
    @Override
    protected void tail(CommandSession session, Process process, String[] argv) throws Exception {
        Matcher options = LINES.matcher(String.join(" ", List.of(argv).subList(1, argv.length)));
        if (!options.matches()) {
            super.tail(session, process, argv);
            return;
        }
        int count = options.group(1) == null ? DEFAULT_LINES : Integer.parseInt(options.group(1));
        Deque<String> last = new ArrayDeque<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.in(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            last.add(line);
            if (last.size() > count) {
                last.remove();
            }
        }
        last.forEach(process.out()::println);
    }

    /** Gogo's own always counts 0. */
    @Override
    protected void grep(CommandSession session, Process process, String[] argv) throws Exception {
        List<String> words = List.of(argv);
        boolean counts = words.size() == 3 && COUNT.matcher(words.get(1)).matches();
        if (!counts) {
            if (words.stream()
                    .anyMatch(word ->
                            word.equals("--count") || COUNT.matcher(word).matches())) {
                throw new IllegalArgumentException("grep counts its input only: cat FILE | grep -c PATTERN");
            }
            super.grep(session, process, argv);
            return;
        }
        int flags = words.get(1).indexOf('i') > 0 ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
        boolean inverted = words.get(1).indexOf('v') > 0;
        Pattern pattern = Pattern.compile(words.get(2), flags);
        BufferedReader lines = new BufferedReader(new InputStreamReader(process.in(), StandardCharsets.UTF_8));
        long count = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            count += pattern.matcher(line).find() != inverted ? 1 : 0;
        }
        process.out().println(count);
        process.error(count == 0 ? Failure.FAILED : 0);
    }

    private static void fail(Process process, String command, String message) {
        process.err().println(command + ": " + message);
        process.error(Failure.FAILED);
    }
}
