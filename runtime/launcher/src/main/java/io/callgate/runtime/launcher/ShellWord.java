// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.nio.file.Path;
import java.util.regex.Pattern;

/** One word of a line that a person pastes into a shell. */
final class ShellWord {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private ShellWord() {}

    /** As it is, or in single quotes if a shell would read it otherwise. */
    static String of(Path path) {
        String text = path.toString();
        return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
