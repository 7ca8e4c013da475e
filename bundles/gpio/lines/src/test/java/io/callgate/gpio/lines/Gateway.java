// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

import io.callgate.gpio.DigitalInput;
import io.callgate.gpio.DigitalOutput;
import io.callgate.gpio.Edge;
import io.callgate.gpio.EdgeListener;
import io.callgate.gpio.LineGroup;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.ComponentException;

/** The bundle on fake chips, with the time in the test's hand; all on the test's own thread unless it says otherwise. */
final class Gateway {

    /** A configuration that is active. */
    interface Configured {

        void modify(Map<String, Object> configuration);

        void deactivate(int reason);
    }

    static final int DELETED = 4;
    static final int STOPPED = 6;

    final FakeLinux kernel = new FakeLinux();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    final EdgeListeners listeners = new EdgeListeners(dispatcher, log.logger());
    final Chips chips;
    final Lines lines;
    private long ids;

    Gateway() {
        this(null);
    }

    /** @param lanes for the lines' work; null for the test's own thread */
    Gateway(Dispatcher lanes) {
        chips = new Chips(false, kernel, log.logger());
        chips.start();
        lines = new Lines(
                registry.context(), chips, listeners, kernel, lanes == null ? dispatcher : lanes, kernel, log.logger());
    }

    FakeChip chardev(FakeBoard board) {
        FakeChip chip = new FakeChip(board, "chardev");
        come(chip);
        return chip;
    }

    FakeChip sysfs(FakeBoard board) {
        FakeChip chip = new FakeChip(board, "sysfs");
        come(chip);
        return chip;
    }

    void come(FakeChip chip) {
        chips.add(chip, properties(chip));
    }

    void go(FakeChip chip) {
        chips.remove(chip, properties(chip));
    }

    static Map<String, Object> properties(FakeChip chip) {
        return Map.of("service.ranking", chip.backend.equals("chardev") ? 100 : 0);
    }

    void millis(long millis) {
        kernel.advance(Duration.ofMillis(millis));
    }

    Configured input(String name, Object... keysAndValues) {
        return input(name, map(keysAndValues));
    }

    Configured input(String name, Map<String, Object> configuration) {
        InputComponent component = new InputComponent(
                registry.context(),
                config(InputComponent.Config.class, configuration),
                Map.of("service.pid", DigitalInput.PID + "~" + name),
                lines,
                log.logger());
        return new Configured() {
            @Override
            public void modify(Map<String, Object> next) {
                component.configure(config(InputComponent.Config.class, next));
            }

            @Override
            public void deactivate(int reason) {
                component.close(reason);
            }
        };
    }

    Configured output(String name, Object... keysAndValues) {
        OutputComponent component = new OutputComponent(
                registry.context(),
                config(OutputComponent.Config.class, map(keysAndValues)),
                Map.of("service.pid", DigitalOutput.PID + "~" + name),
                lines,
                log.logger());
        return new Configured() {
            @Override
            public void modify(Map<String, Object> next) {
                component.configure(config(OutputComponent.Config.class, next));
            }

            @Override
            public void deactivate(int reason) {
                component.close(reason);
            }
        };
    }

    Configured group(String name, Object... keysAndValues) {
        GroupComponent component = new GroupComponent(
                registry.context(),
                config(GroupComponent.Config.class, map(keysAndValues)),
                Map.of("service.pid", LineGroup.PID + "~" + name),
                lines,
                log.logger());
        return new Configured() {
            @Override
            public void modify(Map<String, Object> next) {
                component.configure(config(GroupComponent.Config.class, next));
            }

            @Override
            public void deactivate(int reason) {
                component.close(reason);
            }
        };
    }

    static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** What Declarative Services makes of a configuration. */
    static <C> C config(Class<C> type, Map<String, Object> configuration) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, none) -> {
            Object value = configuration.get(method.getName());
            return value == null ? method.getDefaultValue() : converted(value, method.getReturnType());
        }));
    }

    private static Object converted(Object value, Class<?> to) {
        if (to.isArray()) {
            List<?> all = value instanceof Collection<?> many ? List.copyOf(many) : List.of(value);
            Object array = Array.newInstance(to.getComponentType(), all.size());
            for (int i = 0; i < all.size(); i++) {
                Array.set(array, i, converted(all.get(i), to.getComponentType()));
            }
            return array;
        }
        if (to == int.class || to == long.class) {
            if (!(value instanceof Number number)) {
                throw new ComponentException("\"" + value + "\" is no number");
            }
            return to == int.class ? (Object) number.intValue() : (Object) number.longValue();
        }
        return value;
    }

    <S> Optional<S> find(Class<S> type, String name) {
        return registry.services(type).stream()
                .filter(each -> name.equals(registry.properties(each).get("callgate.name")))
                .findFirst();
    }

    DigitalOutput output(String name) {
        return find(DigitalOutput.class, name).orElseThrow();
    }

    DigitalInput input(String name) {
        return find(DigitalInput.class, name).orElseThrow();
    }

    LineGroup group(String name) {
        return find(LineGroup.class, name).orElseThrow();
    }

    ResourceState state(String name) {
        return find(ResourceStatus.class, name).orElseThrow().state();
    }

    String reason(String name) {
        return find(ResourceStatus.class, name).orElseThrow().reason();
    }

    /** A whiteboard listener that keeps what it is told. */
    static final class Heard implements EdgeListener {

        final List<Edge> edges = new ArrayList<>();
        int batches;

        @Override
        public void edges(List<Edge> batch) {
            batches++;
            edges.addAll(batch);
        }

        @Override
        public void edge(Edge edge) {
            throw new AssertionError("batches are handed as batches");
        }
    }

    Map<String, Object> listenerProperties(Object names) {
        return Map.of("service.id", ++ids, EdgeListener.LINE, names);
    }

    Heard listen(Object names) {
        Heard heard = new Heard();
        listeners.add(heard, listenerProperties(names));
        return heard;
    }
}
