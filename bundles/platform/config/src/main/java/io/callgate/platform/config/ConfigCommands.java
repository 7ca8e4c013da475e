// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import io.callgate.platform.Nearest;
import io.callgate.platform.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.felix.service.command.Descriptor;

/** The shell's scope {@code config}. Errors are one line: the message of what is thrown. */
public final class ConfigCommands {

    static final String SCOPE = "config";

    static final String[] FUNCTIONS = {"list", "get", "set", "delete", "diff", "history", "rollback"};

    private final ConfigStore store;
    private final Defaults defaults;
    private final History history;
    private final Rollback rollback;
    private final Adoption adoption;
    private final Why why;
    private final Supplier<Descriptions> descriptions;
    private final OneLineLog log;

    ConfigCommands(
            ConfigStore store,
            Defaults defaults,
            History history,
            Rollback rollback,
            Adoption adoption,
            Why why,
            Supplier<Descriptions> descriptions,
            OneLineLog log) {
        this.store = store;
        this.defaults = defaults;
        this.history = history;
        this.rollback = rollback;
        this.adoption = adoption;
        this.why = why;
        this.descriptions = descriptions;
        this.log = log;
    }

    @Descriptor("lists the configurations, all or those whose PID contains a text; STATE is ok, or: "
            + "remark (it works, but something in it is probably not meant), "
            + "unchecked (no bundle knows the PID), wrong value, "
            + "set aside (the newest edit is not served); why PID says more")
    public void list(@Descriptor("part of a PID") String... part) throws IOException {
        Table table = new Table("PID", "TEXT", "STATE");
        for (Known known : store.all()) {
            if (part.length == 0 || known.name().pid().contains(part[0])) {
                table.row(
                        known.name().pid(),
                        origin(known),
                        why.standing(known.name()).map(Why.Finding::state).orElse("ok"));
            }
        }
        print(table + "\n");
    }

    @Descriptor("shows a configuration, or the value of one key")
    public void get(@Descriptor("the PID, or an instance's name") String pid, @Descriptor("a key") String... key)
            throws IOException {
        Known known = find(pid);
        Map<String, Object> values = known.document().values();
        if (key.length > 0) {
            Object value = values.get(key[0]);
            if (value == null) {
                throw new IOException(known.name().pid() + " has no key " + key[0]);
            }
            print(shown(known.name(), key[0], value) + "\n");
            return;
        }
        Table table = new Table("KEY", "TYPE", "VALUE");
        for (var entry : values.entrySet()) {
            table.row(
                    entry.getKey(),
                    TypedJson.typeName(entry.getValue()),
                    shown(known.name(), entry.getKey(), entry.getValue()));
        }
        print(table + "\n");
    }

    @Descriptor("sets keys of a configuration, and makes it if it is new")
    public void set(
            @Descriptor("the PID; PID~NAME for an instance") String pid,
            @Descriptor("key=value or key:Type=value; commas between several values") String... assignments)
            throws IOException {
        Optional<Known> known = store.find(pid);
        FileName name = known.isPresent() ? known.get().name() : FileName.ofPid(pid);
        Optional<Description> description = descriptions.get().of(name);
        if (description.isEmpty() && descriptions.get().isFactory(name)) {
            throw new IOException(Descriptions.instanceWanted(name));
        }
        Map<String, Object> values = Document.emptyValues();
        known.ifPresent(k -> values.putAll(k.document().values()));
        Assignments typed = new Assignments(description);
        for (String assignment : assignments) {
            typed.apply(assignment, values);
        }
        store(name, values, known.isPresent() ? " follows config:set" : " is new, by config:set");
    }

    @Descriptor("deletes a configuration, or keys of it")
    public void delete(@Descriptor("the PID") String pid, @Descriptor("keys") String... keys) throws IOException {
        Known known = find(pid);
        if (keys.length == 0) {
            adoption.deleted(known.name(), new Change(Generation.Kind.DELETE));
            log.info(known.name().pid() + " is deleted by config:delete; config:rollback brings it back");
            return;
        }
        Map<String, Object> values = Document.emptyValues();
        values.putAll(known.document().values());
        for (String key : keys) {
            if (values.remove(key) == null) {
                throw new IOException(known.name().pid() + " has no key " + key);
            }
        }
        store(known.name(), values, " lost " + String.join(", ", keys) + " by config:delete");
    }

    @Descriptor("shows what differs from the shipped defaults, or from a generation")
    public void diff(@Descriptor("a PID, or the number of a generation") String... what) throws IOException {
        Table table = new Table("PID", "KEY", "THEN", "NOW");
        if (what.length > 0 && what[0].chars().allMatch(Character::isDigit)) {
            for (var entry : rollback.differing(Long.parseLong(what[0])).entrySet()) {
                compare(table, entry.getKey(), entry.getValue());
            }
        } else {
            for (FileName name : defaults.names()) {
                if (what.length == 0
                        || name.pid().equals(what[0])
                        || name.shortName().equals(what[0])) {
                    compare(table, name, defaults.shipped(name));
                }
            }
        }
        print(table + "\n");
    }

    @Descriptor("lists the generations, all or those of one PID; the newest is last")
    public void history(@Descriptor("a PID") String... pid) throws IOException {
        DateTimeFormatter format = DateTimeFormatter.ISO_OFFSET_DATE_TIME;
        Table table = new Table("NUMBER", "TIME", "BY", "PID");
        for (Generation generation : history.listed()) {
            if (pid.length == 0 || generation.name().pid().equals(pid[0])) {
                String time = Files.getLastModifiedTime(generation.file())
                        .toInstant()
                        .truncatedTo(ChronoUnit.SECONDS)
                        .atZone(ZoneId.systemDefault())
                        .format(format);
                table.row(
                        generation.number(),
                        time,
                        generation.kind().word(),
                        generation.name().pid());
            }
        }
        print(table + "\n");
    }

    @Descriptor(
            "takes the whole store back to generation NUMBER: also deletes what came after it; with a PID, only that")
    public void rollback(
            @Descriptor("the generation's number") long number, @Descriptor("the only PID to take back") String... pid)
            throws IOException {
        Map<FileName, String> changed = rollback.to(number, pid.length == 0 ? Optional.empty() : Optional.of(pid[0]));
        if (changed.isEmpty()) {
            print("nothing differs from generation " + number + "\n");
            return;
        }
        List<String> lines = new ArrayList<>();
        changed.forEach((name, became) -> lines.add(name.pid() + ": " + became));
        lines.forEach(line -> print(line + "\n"));
        log.info("config:rollback to generation " + number + ", " + String.join(", ", lines));
    }

    private void store(FileName name, Map<String, Object> values, String what) throws IOException {
        Optional<Document> before = document(name);
        adoption.set(name, values);
        if (!document(name).equals(before)) {
            log.info(name.pid() + what);
        }
        why.standing(name).ifPresent(finding -> print(finding.line() + "\n"));
    }

    private void compare(Table table, FileName name, Optional<Document> then) throws IOException {
        Map<String, Object> before = then.map(Document::values).orElse(Map.of());
        Optional<Document> current = document(name);
        if (current.isEmpty()) {
            table.row(name.pid(), "-", "there", "deleted");
            return;
        }
        Map<String, Object> now = current.get().values();
        for (String key : current.get().differingKeys(before)) {
            table.row(name.pid(), key, shownOrDash(name, key, before.get(key)), shownOrDash(name, key, now.get(key)));
        }
    }

    private Optional<Document> document(FileName name) {
        return store.find(name.pid()).map(Known::document);
    }

    private String origin(Known known) throws IOException {
        Optional<Document> shipped = defaults.shipped(known.name());
        if (shipped.isEmpty()) {
            return "own";
        }
        return shipped.get().text().equals(known.document().text()) ? "default" : "modified";
    }

    private Known find(String asked) throws IOException {
        Optional<Known> exact = store.find(asked);
        if (exact.isPresent()) {
            return exact.get();
        }
        List<Known> named = new ArrayList<>(store.all());
        named.removeIf(known -> !known.name().shortName().equals(asked));
        if (named.size() == 1) {
            return named.get(0);
        }
        List<String> pids =
                store.all().stream().map(known -> known.name().pid()).toList();
        throw new IOException("there is no configuration " + asked
                + Nearest.to(asked, pids).stream()
                        .findFirst()
                        .map(near -> ", did you mean " + near + "?")
                        .orElse("; config:list lists them"));
    }

    private String shownOrDash(FileName name, String key, Object value) throws IOException {
        return value == null ? "-" : shown(name, key, value);
    }

    private String shown(FileName name, String key, Object value) throws IOException {
        boolean secret = descriptions
                .get()
                .of(name)
                .filter(description -> description.secret(key))
                .isPresent();
        return secret
                ? "***"
                : value instanceof String text ? text : TypedJson.of(value).json();
    }

    /** The shell gives every session its own standard output. */
    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
