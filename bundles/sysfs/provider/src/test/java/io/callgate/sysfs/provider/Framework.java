// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.resource.Damping;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** A service registry that knows what a bundle has registered. */
final class Framework {

    /** A service that is registered now. */
    record Service(Class<?> type, Object object, Map<String, Object> properties) {}

    private final Map<String, String> frameworkProperties = new HashMap<>();
    private final List<Service> services = Collections.synchronizedList(new ArrayList<>());
    private BiConsumer<Service, Boolean> onChange = (service, registered) -> {};
    private Damping damping;
    private long ids;

    Framework property(String name, String value) {
        frameworkProperties.put(name, value);
        return this;
    }

    /** The gateway's setting from now on; without it nothing is held back. */
    void damping(Damping setting) {
        damping = setting;
    }

    /** Calls somebody with each service that comes (true) or leaves (false). */
    void onChange(BiConsumer<Service, Boolean> listener) {
        onChange = listener;
    }

    BundleContext context() {
        return proxy(BundleContext.class, (self, method, arguments) -> switch (method.getName()) {
            case "registerService" -> register((Class<?>) arguments[0], arguments[1], (Dictionary<?, ?>) arguments[2]);
            case "getProperty" -> frameworkProperties.get((String) arguments[0]);
            case "getServiceReference" ->
                damping == null ? null : proxy(ServiceReference.class, (of, asked, none) -> null);
            case "getService" -> damping;
            case "ungetService" -> true;
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    <T> Optional<T> find(Class<T> type, String name) {
        return services(type).stream()
                .filter(each -> name.equals(each.properties.get("callgate.name")))
                .map(each -> type.cast(each.object))
                .findFirst();
    }

    List<Service> services(Class<?> type) {
        synchronized (services) {
            return services.stream().filter(each -> each.type == type).toList();
        }
    }

    private ServiceRegistration<?> register(Class<?> type, Object object, Dictionary<?, ?> properties) {
        Map<String, Object> copy = copy(properties);
        copy.put("service.id", ++ids);
        Service service = new Service(type, object, copy);
        services.add(service);
        onChange.accept(service, true);
        return proxy(ServiceRegistration.class, (self, method, arguments) -> switch (method.getName()) {
            case "setProperties" -> {
                Object id = copy.get("service.id");
                copy.clear();
                copy.putAll(copy((Dictionary<?, ?>) arguments[0]));
                copy.put("service.id", id);
                yield null;
            }
            case "unregister" -> {
                if (!services.remove(service)) {
                    throw new IllegalStateException("unregistered twice");
                }
                onChange.accept(service, false);
                yield null;
            }
            default -> throw new UnsupportedOperationException(method.getName());
        });
    }

    private static Map<String, Object> copy(Dictionary<?, ?> properties) {
        Map<String, Object> copy = new HashMap<>();
        Collections.list(properties.keys()).forEach(key -> copy.put((String) key, properties.get(key)));
        return copy;
    }

    static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                    case "equals" -> self == args[0];
                    case "hashCode" -> System.identityHashCode(self);
                    default -> type.getSimpleName();
                };
            }
            return handler.invoke(self, method, args);
        }));
    }
}
