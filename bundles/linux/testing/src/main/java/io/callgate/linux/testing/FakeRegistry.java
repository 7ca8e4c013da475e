// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/**
 * A service registry with no framework, for components that register services by hand, such as a
 * {@link io.callgate.resource.ConfiguredResource}: give them the {@link #context()}, then look what they registered.
 * Thread safe.
 */
public final class FakeRegistry {

    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final Map<String, String> framework = new ConcurrentHashMap<>();
    private final BundleContext context = proxy(BundleContext.class, this::contextCall);

    /** A bundle's context that registers services here and knows the framework's properties. */
    public BundleContext context() {
        return context;
    }

    /** Sets a property of the framework. */
    public FakeRegistry property(String key, String value) {
        framework.put(key, value);
        return this;
    }

    /** All services of a type, oldest first. */
    public <S> List<S> services(Class<S> type) {
        return entries.stream()
                .filter(each -> each.types.contains(type.getName()))
                .map(each -> type.cast(each.service))
                .toList();
    }

    /** The only service of a type, if there is one. */
    public <S> Optional<S> service(Class<S> type) {
        List<S> all = services(type);
        if (all.size() > 1) {
            throw new IllegalStateException("there are " + all.size() + " services " + type.getName());
        }
        return all.stream().findFirst();
    }

    /** The properties of a service that is registered. */
    public Map<String, Object> properties(Object service) {
        return entries.stream()
                .filter(each -> each.service == service)
                .map(each -> each.properties)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(service + " is not registered"));
    }

    private Object contextCall(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "registerService" -> register(types(arguments[0]), arguments[1], copy(arguments[2]));
            case "getProperty" -> framework.get(arguments[0]);
            case "getServiceReference" -> reference(types(arguments[0]).get(0));
            case "getService" ->
                entries.stream()
                        .filter(each -> each.reference == arguments[0])
                        .map(each -> each.service)
                        .findFirst()
                        .orElse(null);
            case "ungetService" -> true;
            default -> throw new UnsupportedOperationException("no BundleContext." + method.getName() + " here");
        };
    }

    /** Of the oldest of a type; null if there is none. */
    private ServiceReference<?> reference(String type) {
        return entries.stream()
                .filter(each -> each.types.contains(type))
                .map(each -> each.reference)
                .findFirst()
                .orElse(null);
    }

    private static List<String> types(Object argument) {
        if (argument instanceof Class<?> type) {
            return List.of(type.getName());
        }
        return argument instanceof String[] names ? List.of(names) : List.of((String) argument);
    }

    private static Map<String, Object> copy(Object argument) {
        Map<String, Object> copy = new HashMap<>();
        if (argument instanceof Dictionary<?, ?> properties) {
            Collections.list(properties.keys()).forEach(key -> copy.put(key.toString(), properties.get(key)));
        }
        return Map.copyOf(copy);
    }

    private ServiceRegistration<?> register(List<String> types, Object service, Map<String, Object> properties) {
        Entry entry = new Entry(types, service, properties);
        entry.reference = proxy(ServiceReference.class, (proxy, method, arguments) -> switch (method.getName()) {
            case "getProperty" -> entry.properties.get(arguments[0]);
            case "getPropertyKeys" -> entry.properties.keySet().toArray(String[]::new);
            default -> throw new UnsupportedOperationException("no ServiceReference." + method.getName() + " here");
        });
        entries.add(entry);
        return proxy(ServiceRegistration.class, (proxy, method, arguments) -> {
            if (!entries.contains(entry)) {
                throw new IllegalStateException("the service was unregistered");
            }
            switch (method.getName()) {
                case "setProperties" -> entry.properties = copy(arguments[0]);
                case "unregister" -> entries.remove(entry);
                case "getReference" -> {
                    return entry.reference;
                }
                default -> throw new UnsupportedOperationException("no ServiceRegistration." + method.getName());
            }
            return null;
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static final class Entry {

        private final List<String> types;
        private final Object service;
        private ServiceReference<?> reference; // set before anybody else sees this
        private volatile Map<String, Object> properties;

        Entry(List<String> types, Object service, Map<String, Object> properties) {
            this.types = types;
            this.service = service;
            this.properties = properties;
        }
    }
}
