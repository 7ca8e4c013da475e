// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import jakarta.json.stream.JsonParsingException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says where a text is no JSON, and what is wrong there, in a person's words: {@code line 3, column 5: ...}. */
final class JsonMistake {

    private static final Map<String, String> TOKENS = Map.of(
            "CURLYOPEN", "{",
            "CURLYCLOSE", "}",
            "SQUAREOPEN", "[",
            "SQUARECLOSE", "]",
            "COLON", "':'",
            "COMMA", "','",
            "STRING", "a string",
            "NUMBER", "a number");

    private static final Pattern CHARACTER = Pattern.compile("Unexpected char (\\d+)");

    private final String pure;

    /** @param pure the text with blanks for its comments */
    JsonMistake(String pure) {
        this.pure = pure;
    }

    String at(int index, String what) {
        String before = pure.substring(0, index);
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        return "line " + line + ", column " + (index - before.lastIndexOf('\n')) + ": " + what;
    }

    String of(JsonParsingException e) {
        String message = e.getMessage().replace('\n', ' ');
        // At the end the parser counts characters that are not there.
        if (message.contains("token=EOF") || message.contains("Unexpected char -1")) {
            return at(pure.stripTrailing().length() - 1, "the file ends here, " + missing(message));
        }
        int index = (int) Math.min(e.getLocation().getStreamOffset(), pure.length() - 1L);
        char met = pure.charAt(index);
        int before = pure.substring(0, index).stripTrailing().length() - 1;
        if ((met == '}' || met == ']') && before >= 0 && pure.charAt(before) == ',') {
            return at(before, "a comma before " + met + ", remove it");
        }
        return at(index, met == '\'' ? "use double quotes" : plain(message));
    }

    private static String missing(String message) {
        return message.contains("CURLYCLOSE") ? "a } is missing" : "unfinished";
    }

    /** What the parser met and what it wanted, without its own idea of the place. */
    private static String plain(String message) {
        int cut = message.indexOf(" at (line");
        String what = cut < 0 ? message : message.substring(0, cut);
        int expected = message.indexOf("Expected tokens are: ");
        String wanted = expected < 0 ? "" : ", expected " + message.substring(expected + 21);
        String plain = what.replace("Invalid token=", "unexpected ") + wanted;
        for (var token : TOKENS.entrySet()) {
            plain = plain.replace(token.getKey(), token.getValue());
        }
        return CHARACTER
                .matcher(plain)
                .replaceFirst(
                        found -> Matcher.quoteReplacement("unexpected " + character(Integer.parseInt(found.group(1)))));
    }

    private static String character(int code) {
        if (code == '\n' || code == '\r') {
            return "end of the line";
        }
        return Character.isISOControl(code) ? "control character " + code : Character.toString(code);
    }
}
