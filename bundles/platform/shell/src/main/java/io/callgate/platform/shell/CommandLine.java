// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.shell;

/** What can be said of a command line without running it. */
final class CommandLine {

    private CommandLine() {}

    /** The command a line begins with, for messages; empty for an assignment, a closure or an expression. */
    static String command(CharSequence line) {
        String text = line.toString().strip();
        int end = 0;
        while (end < text.length() && isCommandCharacter(text.charAt(end))) {
            end++;
        }
        return text.substring(0, end);
    }

    private static boolean isCommandCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == ':' || c == '_' || c == '-' || c == '.';
    }
}
