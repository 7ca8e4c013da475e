// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The name that was probably meant. */
final class Nearest {

    private Nearest() {}

    /** The nearest of some names by edit distance, unless even that one is a different word. */
    static Optional<String> to(String name, Collection<String> names) {
        int limit = Math.max(2, name.length() / 3);
        return names.stream()
                .filter(other -> distance(name, other) <= limit)
                .min(Comparator.comparingInt((String other) -> distance(name, other))
                        .thenComparing(other -> other));
    }

    private static int distance(String first, String second) {
        String a = first.toLowerCase(Locale.ROOT);
        String b = second.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
