// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.log.Logger;

/** A logger that remembers its lines, each as {@code "WARN text"} with its placeholders filled. Thread safe. */
public final class FakeLog {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{}");

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger =
            (Logger) Proxy.newProxyInstance(Logger.class.getClassLoader(), new Class<?>[] {Logger.class}, this::call);

    /** To be given to the code under test. */
    public Logger logger() {
        return logger;
    }

    /** All lines so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** The lines of one level: {@code ERROR}, {@code WARN}, {@code INFO}, {@code DEBUG}, {@code TRACE} or {@code AUDIT}. */
    public List<String> lines(String level) {
        Predicate<String> ofLevel = line -> line.startsWith(level + " ");
        return lines.stream().filter(ofLevel).toList();
    }

    private Object call(Object proxy, Method method, Object[] arguments) {
        String name = method.getName();
        if (name.startsWith("is")) {
            return true;
        }
        if (name.equals("getName")) {
            return "fake";
        }
        if (arguments == null || !(arguments[0] instanceof String format)) {
            throw new UnsupportedOperationException("no Logger." + method + " here");
        }
        lines.add(name.toUpperCase(Locale.ROOT) + " " + filled(format, arguments));
        return null;
    }

    private static String filled(String format, Object[] arguments) {
        Object[] values = arguments.length == 2 && arguments[1] instanceof Object[] many
                ? many
                : Arrays.copyOfRange(arguments, 1, arguments.length);
        StringBuilder text = new StringBuilder();
        Matcher place = PLACEHOLDER.matcher(format);
        for (int i = 0; i < values.length && place.find(); i++) {
            place.appendReplacement(text, Matcher.quoteReplacement(String.valueOf(values[i])));
        }
        return place.appendTail(text).toString();
    }
}
