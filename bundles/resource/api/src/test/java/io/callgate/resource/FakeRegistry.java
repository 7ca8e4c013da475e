// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.Logger;

/** As much of a framework as a resource uses: registrations with their properties, and a log. */
final class FakeRegistry {

    private record Entry(Class<?> type, Map<String, Object> properties) {}

    private final List<Entry> entries = Collections.synchronizedList(new ArrayList<>());
    private final Map<Class<?>, Integer> counts = new HashMap<>();
    private Damping damping;
    private Runnable registering = () -> {};
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    BundleContext context() {
        return proxy(BundleContext.class, (method, arguments) -> {
            if (method.equals("registerService")) {
                return register((Class<?>) arguments[0], (Dictionary<?, ?>) arguments[2]);
            }
            return switch (method) {
                case "getServiceReference" ->
                    damping == null ? null : proxy(ServiceReference.class, (ignored, none) -> null);
                case "getService" -> damping;
                case "ungetService" -> true;
                default -> throw new AssertionError(method);
            };
        });
    }

    /** The gateway's. */
    void damping(Damping service) {
        damping = service;
    }

    /** What a service listener does while a service comes. */
    void whileRegistering(Runnable deed) {
        registering = deed;
    }

    Logger log() {
        return proxy(Logger.class, (method, arguments) -> {
            String line = (String) arguments[0];
            for (Object value : (Object[]) arguments[1]) {
                line = line.replaceFirst("\\{}", String.valueOf(value));
            }
            lines.add(line);
            return null;
        });
    }

    List<Map<String, Object>> registered(Class<?> type) {
        return entries.stream()
                .filter(e -> e.type == type)
                .map(Entry::properties)
                .toList();
    }

    int registrations(Class<?> type) {
        return counts.getOrDefault(type, 0);
    }

    List<?> all() {
        return entries;
    }

    List<String> logged() {
        return lines;
    }

    private ServiceRegistration<?> register(Class<?> type, Dictionary<?, ?> properties) {
        Entry entry = new Entry(type, new HashMap<>());
        set(entry, properties);
        entries.add(entry);
        registering.run();
        counts.merge(type, 1, Integer::sum);
        return proxy(ServiceRegistration.class, (method, arguments) -> {
            if (method.equals("setProperties")) {
                set(entry, (Dictionary<?, ?>) arguments[0]);
            } else if (method.equals("unregister")) {
                entries.removeIf(e -> e == entry);
            }
            return null;
        });
    }

    private static void set(Entry entry, Dictionary<?, ?> properties) {
        entry.properties.clear();
        Collections.list(properties.keys()).forEach(key -> entry.properties.put((String) key, properties.get(key)));
    }

    private interface Call {
        Object to(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, a) -> call.to(method.getName(), a)));
    }
}
