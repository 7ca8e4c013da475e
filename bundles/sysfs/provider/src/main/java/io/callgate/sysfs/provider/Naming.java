// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives everything that was found a name of its own. It depends on what is there and not on the order in which it came:
 * of two that would have the same short name, neither has it.
 */
final class Naming {

    private Naming() {}

    /** Each by its name. */
    static <F extends Found> Map<String, F> of(Collection<F> all) {
        Map<String, F> named = new LinkedHashMap<>();
        settle(List.copyOf(all), 0, named);
        return named;
    }

    /** Those that are alone with their name keep it; the others have the next one. */
    private static <F extends Found> void settle(List<F> rest, int length, Map<String, F> named) {
        Map<String, List<F>> byName = new LinkedHashMap<>();
        for (F each : rest) {
            if (length < each.names().size()) {
                byName.computeIfAbsent(each.names().get(length), name -> new ArrayList<>())
                        .add(each);
            } else { // two devices that the kernel has named alike
                named.putIfAbsent(each.names().get(length - 1) + "@" + each.folder(), each);
            }
        }
        List<F> again = new ArrayList<>();
        byName.forEach((name, those) -> {
            if (those.size() == 1 && !named.containsKey(name)) {
                named.put(name, those.get(0));
            } else {
                again.addAll(those);
            }
        });
        if (!again.isEmpty()) {
            settle(again, length + 1, named);
        }
    }
}
