// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * How it stands with a file, for a person.
 *
 * @param symbolicName or "-" if it is not known
 * @param state one word
 * @param note why it is not serving, in one line; empty if it is
 * @param sinceMillis wall clock, 0 if it does not serve
 * @param tookMillis from the close of the file to its services
 */
record Row(
        String file,
        String symbolicName,
        String version,
        String state,
        String note,
        long sinceMillis,
        long tookMillis) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    /** A file that nobody looks at. */
    static Row ignored(String file, String note) {
        return new Row(file, "-", "-", "ignored", note, 0, 0);
    }

    boolean isAbout(String name) {
        return name.equals(file) || name.equals(symbolicName) || file.equals(name + ".jar");
    }

    /** Whether trying it ended with a fault that a person has to mend. */
    boolean isFault() {
        return state.equals("bad") || state.equals("set aside");
    }

    /** The time from which it serves; empty if it does not. */
    String since() {
        return sinceMillis > 0 ? TIME.format(Instant.ofEpochMilli(sinceMillis)) : "";
    }

    /** How it stands, as one line. */
    String sentence() {
        String title = symbolicName.equals("-") ? "" : symbolicName + " " + version;
        if (!note.isEmpty()) {
            return file + (title.isEmpty() ? "" : " (" + title + ")") + ": " + state + ": " + note;
        }
        return switch (state) {
            case "probation" -> file + " is on probation: " + title + " has yet to bring what the version before had";
            case "shipped" -> file + " is what was shipped: " + title + " serves as it is in the image";
            default ->
                file + " is " + state + (title.isEmpty() ? "" : ": " + title)
                        + (sinceMillis > 0 ? " since " + since() : "");
        };
    }
}
