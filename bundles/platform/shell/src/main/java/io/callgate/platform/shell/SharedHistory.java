// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import org.jline.reader.LineReader;
import org.jline.reader.impl.history.DefaultHistory;

/**
 * The history all sessions write to: capped, readable by the gateway's user only, each line saved as it is typed.
 *
 * <p>JLine's appends are whole lines, but its trimming rewrites the file, so the sessions take turns. When the file
 * cannot be written, the session keeps its history in memory and says so once.
 */
final class SharedHistory extends DefaultHistory {

    private static final int LINES = 1000;

    private final Object turn;
    private final Consumer<IOException> unwritable;
    private LineReader reader;

    /** @param turn the one lock of all sessions */
    SharedHistory(Object turn, Consumer<IOException> unwritable) {
        this.turn = turn;
        this.unwritable = unwritable;
    }

    void attach(LineReader to, Path file) {
        reader = to;
        try {
            if (Files.notExists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            reader.setVariable(LineReader.HISTORY_FILE, file);
            reader.setVariable(LineReader.HISTORY_FILE_SIZE, LINES);
            reader.setVariable(LineReader.HISTORY_SIZE, LINES);
        } catch (IOException e) {
            unwritable.accept(e);
        }
        synchronized (turn) {
            super.attach(reader);
        }
    }

    @Override
    public void save() {
        synchronized (turn) {
            try {
                super.save();
            } catch (IOException e) {
                reader.setVariable(LineReader.HISTORY_FILE, null);
                unwritable.accept(e);
            }
        }
    }
}
