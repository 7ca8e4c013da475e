// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs;

import java.io.IOException;
import java.nio.file.Path;

/** A file held something else than its configuration says: {@code /sys/x/y holds "n/a", expected an integer}. */
public final class MalformedValueException extends IOException {

    private final Path path;
    private final String content;

    /**
     * @param path of the file
     * @param content what it held, shortened
     * @param expected type, with its article, for example {@code an integer}
     */
    public MalformedValueException(Path path, String content, String expected) {
        super(path + (content.isEmpty() ? " is empty" : " holds \"" + content + "\"") + ", expected " + expected);
        this.path = path;
        this.content = content;
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** What it held, shortened. */
    public String content() {
        return content;
    }
}
