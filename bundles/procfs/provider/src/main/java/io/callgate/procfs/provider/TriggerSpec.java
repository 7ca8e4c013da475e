// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.procfs.PressureKind;
import io.callgate.procfs.PressureListener;
import io.callgate.procfs.PressureResource;
import java.util.Locale;
import java.util.Map;

/** What a listener wants to be told of. Listeners with equal ones share a trigger. */
record TriggerSpec(PressureResource resource, PressureKind kind, long stallMicros, long windowMicros) {

    private static final long LEAST_WINDOW_MICROS = 500_000;
    private static final long MOST_WINDOW_MICROS = 10_000_000;

    TriggerSpec {
        if (windowMicros < LEAST_WINDOW_MICROS || windowMicros > MOST_WINDOW_MICROS) {
            throw new IllegalArgumentException(PressureListener.WINDOW_MICROS + " is " + windowMicros
                    + ": the kernel takes " + LEAST_WINDOW_MICROS + " to " + MOST_WINDOW_MICROS);
        }
        if (stallMicros < 1 || stallMicros > windowMicros) {
            throw new IllegalArgumentException(PressureListener.STALL_MICROS + " is " + stallMicros
                    + ": it must be more than 0 and at most the window of " + windowMicros);
        }
    }

    /**
     * Reads a listener's service properties.
     *
     * @throws IllegalArgumentException with a sentence
     */
    static TriggerSpec of(Map<String, ?> properties) {
        return new TriggerSpec(
                constant(PressureResource.class, properties, PressureListener.RESOURCE),
                constant(PressureKind.class, properties, PressureListener.KIND),
                micros(properties, PressureListener.STALL_MICROS),
                micros(properties, PressureListener.WINDOW_MICROS));
    }

    /** As it is written to the kernel. */
    String text() {
        return kind.word() + " " + stallMicros + " " + windowMicros;
    }

    @Override
    public String toString() {
        return text() + " on " + resource.word();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, Map<String, ?> properties, String key) {
        String word = String.valueOf(properties.get(key));
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(word)) {
                return constant;
            }
        }
        String known = String.join(", ", names(type.getEnumConstants()));
        throw new IllegalArgumentException(key + " is " + word + ": it must be one of " + known);
    }

    private static <E extends Enum<E>> String[] names(E[] constants) {
        String[] names = new String[constants.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = constants[i].name().toLowerCase(Locale.ROOT);
        }
        return names;
    }

    private static long micros(Map<String, ?> properties, String key) {
        Object value = properties.get(key);
        if (value instanceof Number number) {
            return number.longValue();
        }
        try {
            return Long.parseLong(String.valueOf(value));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " is " + value + ": it must be a number of microseconds");
        }
    }
}
