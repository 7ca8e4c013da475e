// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jline.terminal.Size;

/** The client's first word: what kind of session it wants, and on which terminal. */
record Hello(Mode mode, String terminal, Size size, List<String> args) {

    static final String VERSION = "1";
    private static final Size CLASSIC = new Size(80, 24);

    enum Mode {
        /** A person at a terminal. */
        TERMINAL,
        /** One command and its arguments. */
        COMMAND,
        /** Commands on standard input, line by line. */
        SCRIPT
    }

    static Hello parse(Frames.Frame frame) throws IOException {
        if (frame == null || frame.type() != Frames.HELLO) {
            throw new IOException("the client did not say hello: it is no Callgate client");
        }
        String[] fields = new String(frame.payload(), UTF_8).split("\0", -1);
        if (fields.length < 4 || !VERSION.equals(fields[0])) {
            throw new IOException("the client speaks version " + fields[0] + " of the shell's protocol, this gateway "
                    + VERSION + ": use the callgate command of the same release");
        }
        return new Hello(
                mode(fields[1]), fields[2], size(fields[3]), List.of(fields).subList(4, fields.length));
    }

    private static Mode mode(String name) throws IOException {
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
                return mode;
            }
        }
        throw new IOException("the client asks for the unknown mode " + name);
    }

    /** COLUMNSxROWS; anything else, and a terminal that does not know, is 80x24. */
    static Size size(String text) {
        String[] parts = text.split("x", -1);
        try {
            Size size = new Size(Integer.parseInt(parts[0]), Integer.parseInt(parts[parts.length - 1]));
            return size.getColumns() > 0 && size.getRows() > 0 ? size : CLASSIC;
        } catch (NumberFormatException e) {
            return CLASSIC;
        }
    }
}
