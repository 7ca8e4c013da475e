// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The names that a mistyped name may have meant. Thread safe. */
public final class Nearest {

    private static final int MOST = 3;

    private Nearest() {}

    /** The nearest names, best first, at most three; none if nothing is near. */
    public static List<String> to(String typed, Collection<String> names) {
        return names.stream()
                .distinct()
                .filter(name -> distance(typed, name) <= Math.max(1, typed.length() / 3))
                .sorted(Comparator.comparingInt((String name) -> distance(typed, name))
                        .thenComparing(String::length)
                        .thenComparing(Comparator.naturalOrder()))
                .limit(MOST)
                .toList();
    }

    /** The question for the end of a message: {@code , did you mean A, B?}; empty if nothing is near. */
    public static String meant(String typed, Collection<String> names) {
        List<String> near = to(typed, names);
        return near.isEmpty() ? "" : ", did you mean " + String.join(", ", near) + "?";
    }

    /** Edits between the two, ignoring case; a part between dots or after {@code ~} counts as the whole. */
    private static int distance(String typed, String name) {
        String a = typed.toLowerCase(Locale.ROOT);
        String b = name.toLowerCase(Locale.ROOT);
        int best = edits(a, b);
        for (String part : b.split("[.~]")) {
            best = Math.min(best, edits(a, part));
        }
        return a.length() > 2 && b.contains(a) ? Math.min(best, 1) : best;
    }

    /** Letters replaced, put in, left out, or exchanged with their neighbour (optimal string alignment). */
    private static int edits(String a, String b) {
        int[][] table = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                table[i][j] = i == 0 || j == 0 ? i + j : fewest(table, a, b, i, j);
            }
        }
        return table[a.length()][b.length()];
    }

    private static int fewest(int[][] table, String a, String b, int i, int j) {
        int replaced = table[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int fewest = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        boolean exchanged = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return exchanged ? Math.min(fewest, table[i - 2][j - 2] + 1) : fewest;
    }
}
