// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A JSON text as a person typed it: where its comments and its top-level members are. One pass, and no opinion on
 * errors: those are the parser's to find.
 *
 * <p>Comments are blanked here, and not by {@code Configurations.jsonCommentAwareReader}: that one takes {@code
 * "C:\\"} for an open string, and from there on a {@code //} in a value for a comment.
 */
final class JsonText {

    /**
     * One {@code "key": value} of the outermost object.
     *
     * @param raw the key with its type, as typed
     * @param start where the key's quote is
     * @param keyEnd behind the key's closing quote
     * @param valueStart where the value begins
     * @param end behind the value
     * @param comma where the comma after it is, or -1
     */
    record Member(String raw, int start, int keyEnd, int valueStart, int end, int comma) {

        /** The key with its type, unescaped; to be asked only once the parser has accepted the text. */
        String key() {
            return unescape(raw);
        }
    }

    private static final int NONE = -1;

    private final String text;
    private final StringBuilder pure;
    private final List<Member> members = new ArrayList<>();
    private int close = NONE;
    private int depth;
    private int keyStart = NONE;
    private int keyEnd = NONE;
    private int valueStart = NONE;
    private int lastEnd = NONE;
    private boolean colon;

    JsonText(String text) {
        this.text = text;
        this.pure = new StringBuilder(text);
        scan();
    }

    /** The text with blanks for its comments: every character keeps its line and column. */
    String pure() {
        return pure.toString();
    }

    String text() {
        return text;
    }

    List<Member> members() {
        return members;
    }

    /** Where the outermost object's closing brace is, or -1. */
    int close() {
        return close;
    }

    private void scan() {
        int i = text.startsWith("\uFEFF") ? blank(0, 1) : 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (text.startsWith("//", i)) {
                i = blank(i, lineEnd(i));
            } else if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i + 2);
                i = blank(i, end < 0 ? text.length() : end + 2);
            } else if (Character.isWhitespace(c)) {
                i++;
            } else {
                int end = c == '"' ? stringEnd(i) : i + 1;
                token(c, i, end);
                i = end;
            }
        }
    }

    private int lineEnd(int from) {
        int end = text.indexOf('\n', from);
        return end < 0 ? text.length() : end;
    }

    private int blank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (pure.charAt(i) != '\n') {
                pure.setCharAt(i, ' ');
            }
        }
        return to;
    }

    private int stringEnd(int quote) {
        for (int i = quote + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                return i + 1;
            }
        }
        return text.length();
    }

    private void token(char c, int start, int end) {
        if (depth == 1) {
            topLevel(c, start, end);
        }
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        if (c != ',' || depth != 1) {
            lastEnd = end;
        }
    }

    private void topLevel(char c, int start, int end) {
        if (c == ',') {
            finish(start);
        } else if (c == '}') {
            finish(NONE);
            close = close == NONE ? start : close;
        } else if (c == '"' && keyStart == NONE) {
            keyStart = start;
            keyEnd = end;
        } else if (c == ':' && !colon) {
            colon = true;
        } else if (colon && valueStart == NONE) {
            valueStart = start;
        }
    }

    private void finish(int comma) {
        if (valueStart != NONE) {
            String raw = text.substring(keyStart + 1, Math.max(keyStart + 1, keyEnd - 1));
            members.add(new Member(raw, keyStart, keyEnd, valueStart, lastEnd, comma));
        }
        keyStart = NONE;
        valueStart = NONE;
        colon = false;
    }

    private static String unescape(String raw) {
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        StringBuilder plain = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '\\' || i + 1 == raw.length()) {
                plain.append(c);
            } else if (raw.charAt(++i) == 'u' && i + 4 < raw.length()) {
                plain.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
                i += 4;
            } else {
                plain.append(escaped(raw.charAt(i)));
            }
        }
        return plain.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> c;
        };
    }
}
