// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.osgi.service.log.Logger;

/** A logger that keeps its lines: {@code info cpu is live}. */
final class Logged {

    final List<String> lines = new ArrayList<>();

    Logger logger() {
        return Framework.proxy(Logger.class, (self, method, arguments) -> {
            String format = String.valueOf(arguments[0]);
            List<Object> values = new ArrayList<>();
            for (int i = 1; i < arguments.length; i++) {
                if (arguments[i] instanceof Object[] many) {
                    values.addAll(List.of(many));
                } else {
                    values.add(arguments[i]);
                }
            }
            String line = String.format(format.replace("%", "%%").replace("{}", "%s"), values.toArray());
            lines.add(method.getName().toLowerCase(Locale.ROOT) + " " + line);
            return null;
        });
    }

    List<String> above(String level) {
        return lines.stream().filter(line -> !line.startsWith(level)).toList();
    }
}
