// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue;

/**
 * Which message of a System V queue is received. Immutable.
 *
 * @param rule how the type of a message is compared
 * @param type with what; 0 for {@link Rule#ANY}
 * @see <a href="https://man7.org/linux/man-pages/man2/msgrcv.2.html">msgrcv(2)</a>
 */
public record Selection(Rule rule, long type) {

    /** How types are compared. */
    public enum Rule {
        /** The oldest message. */
        ANY,
        /** The oldest of that type. */
        EQUAL,
        /** The oldest of the lowest type there is, up to that one. */
        UP_TO,
        /** The oldest of any other type. */
        EXCEPT
    }

    private static final Selection ANY = new Selection(Rule.ANY, 0);

    /** Refuses types that no message has. */
    public Selection {
        if (rule == Rule.ANY ? type != 0 : type < 1) {
            throw new IllegalArgumentException("types of messages begin at 1, not " + type);
        }
    }

    /** The oldest message. */
    public static Selection any() {
        return ANY;
    }

    /** The oldest of one type. */
    public static Selection equal(long type) {
        return new Selection(Rule.EQUAL, type);
    }

    /** The oldest of the lowest type there is, up to this one. */
    public static Selection upTo(long type) {
        return new Selection(Rule.UP_TO, type);
    }

    /** The oldest of any type but one. */
    public static Selection except(long type) {
        return new Selection(Rule.EXCEPT, type);
    }

    /**
     * As a person writes it: {@code any}, {@code 5}, {@code <=5} or {@code !=5}.
     *
     * @throws IllegalArgumentException with the words that are understood
     */
    public static Selection parse(String text) {
        String word = text.strip();
        try {
            if (word.equals("any") || word.isEmpty()) {
                return ANY;
            }
            if (word.startsWith("<=")) {
                return upTo(Long.parseLong(word.substring(2).strip()));
            }
            if (word.startsWith("!=")) {
                return except(Long.parseLong(word.substring(2).strip()));
            }
            return equal(Long.parseLong(word));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" selects no messages: any, or a type from 1 on as in 5, <=5, !=5", e);
        }
    }

    /** As {@link #parse} takes it. */
    @Override
    public String toString() {
        return switch (rule) {
            case ANY -> "any";
            case EQUAL -> Long.toString(type);
            case UP_TO -> "<=" + type;
            case EXCEPT -> "!=" + type;
        };
    }
}
