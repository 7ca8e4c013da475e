// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Changes values in a JSON text and leaves everything else in it as it was typed. */
final class JsonEditor {

    private static final String INDENT = "  ";

    /** One replacement; deletions replace by nothing, insertions replace nothing. */
    private record Edit(int start, int end, String replacement) {}

    private final Document before;
    private final JsonText json;
    private final Map<String, Object> missing = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, Object> target;
    private final List<JsonText.Member> kept = new ArrayList<>();
    private final List<Edit> edits = new ArrayList<>();

    private JsonEditor(Document before, Map<String, Object> target) {
        this.before = before;
        this.json = new JsonText(before.text());
        this.target = target;
        missing.putAll(target);
    }

    /** A new text: one key per line, in alphabetical order. */
    static String write(Map<String, Object> values) throws IOException {
        List<String> members = new ArrayList<>();
        for (var entry : values.entrySet()) {
            members.add(INDENT + member(entry.getKey(), entry.getValue()));
        }
        return members.isEmpty() ? "{}\n" : "{\n" + String.join(",\n", members) + "\n}\n";
    }

    /** The text of {@code before} with the values of {@code target}. */
    static String edit(Document before, Map<String, Object> target) throws IOException {
        return new JsonEditor(before, target).edited();
    }

    private String edited() throws IOException {
        for (JsonText.Member member : json.members()) {
            keepOrRemove(member);
        }
        if (missing.isEmpty()) {
            dropLastComma();
        } else {
            append();
        }
        StringBuilder text = new StringBuilder(before.text());
        edits.sort(
                Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end).reversed());
        edits.forEach(edit -> text.replace(edit.start, edit.end, edit.replacement));
        return text.toString();
    }

    private void keepOrRemove(JsonText.Member member) throws IOException {
        String key = member.key();
        if (key.startsWith(":")) {
            kept.add(member);
            return;
        }
        int colon = key.indexOf(':');
        String name = colon < 0 ? key : key.substring(0, colon);
        Object value = target.get(name);
        if (value == null) {
            remove(member);
        } else {
            kept.add(member);
            missing.remove(name);
            if (!Document.same(value, before.values().get(name))) {
                replace(member, name, value);
            }
        }
    }

    private void replace(JsonText.Member member, String name, Object value) throws IOException {
        TypedJson typed = TypedJson.of(value);
        Object old = before.values().get(name);
        boolean sameType = old != null && TypedJson.typeName(old).equals(TypedJson.typeName(value));
        boolean keepKey = sameType && (typed.type().isEmpty() || member.key().contains(":"));
        edits.add(
                keepKey
                        ? new Edit(member.valueStart(), member.end(), typed.json())
                        : new Edit(member.start(), member.end(), member(name, value)));
    }

    /** With its line, if nothing else is on it. */
    private void remove(JsonText.Member member) {
        String text = before.text();
        int end = member.comma() >= 0 ? member.comma() + 1 : member.end();
        int line = text.lastIndexOf('\n', member.start());
        int lineEnd = text.indexOf('\n', end);
        boolean alone = line >= 0
                && lineEnd >= 0
                && text.substring(line, member.start()).isBlank()
                && text.substring(end, lineEnd).isBlank();
        edits.add(alone ? new Edit(line, end, "") : new Edit(member.start(), end, ""));
    }

    private void dropLastComma() {
        if (!kept.isEmpty() && last().comma() >= 0) {
            edits.add(new Edit(last().comma(), last().comma() + 1, ""));
        }
    }

    /** Before the closing brace, behind whatever comments are there. */
    private void append() throws IOException {
        String text = before.text();
        int at = json.close();
        while (Character.isWhitespace(text.charAt(at - 1))) {
            at--;
        }
        List<String> members = new ArrayList<>();
        for (var entry : missing.entrySet()) {
            members.add(indent() + member(entry.getKey(), entry.getValue()));
        }
        String end = text.substring(at, json.close()).contains("\n") ? "" : "\n";
        edits.add(new Edit(at, at, members.stream().collect(Collectors.joining(",\n", "\n", end))));
        if (!kept.isEmpty() && last().comma() < 0) {
            edits.add(new Edit(last().end(), last().end(), ","));
        }
    }

    private JsonText.Member last() {
        return kept.get(kept.size() - 1);
    }

    private String indent() {
        if (json.members().isEmpty()) {
            return INDENT;
        }
        String text = before.text();
        int start = json.members().get(0).start();
        String indent = text.substring(text.lastIndexOf('\n', start) + 1, start);
        return indent.isBlank() && !indent.isEmpty() ? indent : INDENT;
    }

    private static String member(String name, Object value) throws IOException {
        if (name.isEmpty() || name.indexOf(':') >= 0) {
            throw new IOException(
                    "key \"" + name + "\": the name of a key has no ':', it separates the name from the type");
        }
        TypedJson typed = TypedJson.of(value);
        return TypedJson.quote(typed.type().isEmpty() ? name : name + ":" + typed.type()) + ": " + typed.json();
    }
}
