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

    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
