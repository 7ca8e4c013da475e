// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Attribute;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The provider on a fake kernel with a fake /sys in a temporary folder; all on the test's own thread. */
final class Gateway {

    final Path root;
    final FakeLinux kernel = new FakeLinux();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final Framework framework = new Framework();
    final Logged log = new Logged();
    final LinkedFiles files;
    final SysTree tree;
    final ValueListeners listeners = new ValueListeners(dispatcher, log.logger());

    /** @param folder where the fake /sys is made, and beside it the links to open descriptors */
    Gateway(Path folder) throws IOException {
        Path real = folder.toRealPath();
        root = Files.createDirectories(real.resolve("sys"));
        Path descriptors = Files.createDirectory(real.resolve("fd"));
        kernel.tree(real);
        files = new LinkedFiles(kernel, descriptors);
        tree = new SysTree(root, descriptors, files, kernel);
    }

    /** A file of the fake /sys; what is above it is made. */
    Path file(String path, String content) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String path) {
        try {
            Files.delete(root.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void plugged(String subsystem, String name) {
        kernel.plug(device(subsystem, name));
    }

    void unplugged(String subsystem, String name) {
        kernel.unplug(device(subsystem, name));
    }

    private static KernelDevice device(String subsystem, String name) {
        return new KernelDevice(subsystem, name, Path.of("/sys/devices", name), Optional.empty(), Map.of());
    }

    AttributeComponent configure(String name, Map<String, Object> configuration) {
        return configure(name, configuration, dispatcher);
    }

    AttributeComponent configure(String name, Map<String, Object> configuration, Dispatcher lanes) {
        Map<String, Object> properties = new HashMap<>(configuration);
        properties.put("service.pid", Attribute.PID + "~" + name);
        return new AttributeComponent(
                framework.context(),
                config(configuration),
                properties,
                tree,
                listeners,
                kernel,
                kernel,
                lanes,
                log.logger());
    }

    /** What Declarative Services makes of a configuration. */
    static AttributeComponent.Config config(Map<String, Object> configuration) {
        return Framework.proxy(AttributeComponent.Config.class, (self, method, arguments) -> {
            Object value = configuration.getOrDefault(method.getName().replace("$", ""), method.getDefaultValue());
            if (value instanceof Number number) {
                return method.getReturnType() == long.class
                        ? (Object) number.longValue()
                        : (Object) number.doubleValue();
            }
            return value;
        });
    }

    Attribute attribute(String name) {
        return framework.find(Attribute.class, name).orElseThrow();
    }

    boolean isRegistered(String name) {
        return framework.find(Attribute.class, name).isPresent();
    }

    ResourceState state(String name) {
        return framework.find(ResourceStatus.class, name).orElseThrow().state();
    }

    String reason(String name) {
        return framework.find(ResourceStatus.class, name).orElseThrow().reason();
    }

    /** A whiteboard listener that keeps what it is told. */
    static final class Heard implements ValueListener {

        final List<Value> values = new ArrayList<>();
        final List<String> gone = new ArrayList<>();

        @Override
        public void changed(Value value) {
            values.add(value);
        }

        @Override
        public void gone(String name, String reason) {
            gone.add(name);
        }

        List<String> texts() {
            return values.stream().map(Value::asText).toList();
        }
    }

    private long ids;

    Heard listen(Object... keysAndValues) {
        Heard heard = new Heard();
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.id", ++ids);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        listeners.add(heard, properties);
        return heard;
    }
}
