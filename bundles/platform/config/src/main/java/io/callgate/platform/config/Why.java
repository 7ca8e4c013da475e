// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Answers, for a PID or the name of an instance, why its configuration is not what one would expect: refused, set
 * aside, wrong, unchecked, missing. Null if there is nothing to say.
 */
final class Why implements Function<String, String> {

    /**
     * An answer.
     *
     * @param state one or two words
     * @param line the whole of it
     */
    record Finding(String state, String line) {}

    private final ConfigStore store;
    private final Guard guard;
    private final Problems problems;
    private final Supplier<Descriptions> descriptions;
    private final Predicate<FileName> consumed;

    Why(
            ConfigStore store,
            Guard guard,
            Problems problems,
            Supplier<Descriptions> descriptions,
            Predicate<FileName> consumed) {
        this.store = store;
        this.guard = guard;
        this.problems = problems;
        this.descriptions = descriptions;
        this.consumed = consumed;
    }

    @Override
    public String apply(String asked) {
        return candidates()
                .filter(name -> matches(name, asked))
                .sorted(Comparator.comparing((FileName name) -> !name.pid().equals(asked)))
                .flatMap(name -> about(name).stream())
                .map(Finding::line)
                .findFirst()
                .orElseGet(() -> missing(asked));
    }

    /** What there is to say about one configuration. */
    Optional<Finding> about(FileName name) {
        return aside(name).or(() -> refused(name)).or(() -> served(name));
    }

    /** What there is to say about what is in the folder; that something else was refused does not count. */
    Optional<Finding> standing(FileName name) {
        return aside(name).or(() -> served(name));
    }

    private Optional<Finding> aside(FileName name) {
        return problems.reason(name).map(reason -> new Finding("set aside", name.pid() + " is set aside: " + reason));
    }

    private Optional<Finding> refused(FileName name) {
        return guard.refusal(name.pid()).map(reason -> new Finding("refused", name.pid() + " was refused: " + reason));
    }

    private Optional<Finding> served(FileName name) {
        return store.find(name.pid()).flatMap(this::wrong);
    }

    private Optional<Finding> wrong(Known known) {
        FileName name = known.name();
        Verdict verdict = descriptions.get().check(name, known.document().values());
        if (!verdict.refused().isEmpty()) {
            String values = String.join("; ", verdict.refused());
            return Optional.of(new Finding("wrong value", name.pid() + " has a wrong value: " + values));
        }
        if (!verdict.described()) {
            String line =
                    name.pid() + ": " + Audit.unknown(name, descriptions.get().pids());
            return consumed.test(name) ? Optional.empty() : Optional.of(new Finding("unchecked", line));
        }
        return verdict.remarks().stream().findFirst().map(remark -> new Finding("remark", remark));
    }

    private Stream<FileName> candidates() {
        TreeSet<FileName> names = new TreeSet<>(problems.names());
        store.all().forEach(known -> names.add(known.name()));
        guard.refused().forEach(pid -> named(pid).ifPresent(names::add));
        return names.stream();
    }

    private static boolean matches(FileName name, String asked) {
        return name.pid().equals(asked)
                || name.shortName().equals(asked)
                || name.file().equals(asked);
    }

    private static Optional<FileName> named(String pid) {
        try {
            return Optional.of(FileName.ofPid(pid));
        } catch (java.io.IOException e) {
            return Optional.empty();
        }
    }

    private String missing(String asked) {
        Descriptions now = descriptions.get();
        if (store.find(asked).isPresent() || !now.pids().contains(asked)) {
            return null;
        }
        boolean instances =
                store.all().stream().anyMatch(known -> asked.equals(known.name().factoryPid()));
        if (instances) {
            return null;
        }
        return named(asked).filter(now::isFactory).isPresent()
                ? asked + " has no instance: config:set " + asked + "~NAME key=value makes one"
                : asked + " has no configuration: config:set " + asked + " key=value makes one (" + asked
                        + "~NAME for an instance)";
    }
}
