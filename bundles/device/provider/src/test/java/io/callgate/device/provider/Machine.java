// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.BlockDevice;
import io.callgate.device.CharacterDevice;
import io.callgate.device.Device;
import io.callgate.device.DeviceNumber;
import io.callgate.device.DeviceNumber.Kind;
import io.callgate.device.DeviceReadyListener;
import io.callgate.device.Struct;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.testing.FakeDispatcher;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.linux.testing.FakeLog;
import io.callgate.linux.testing.FakeRegistry;
import io.callgate.resource.ResourceState;
import io.callgate.resource.ResourceStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.osgi.service.component.ComponentException;

/**
 * The provider on a fake kernel, with /dev, /sys and /proc in a temporary folder; all on the test's own thread. Nodes are
 * in the fake kernel's memory; links, folders and FIFOs are real ones.
 */
final class Machine {

    static final int FIFO = 0010000;
    static final int CHARACTER = 0020000;
    static final int BLOCK = 0060000;

    final Path root;
    final Path dev;
    final FakeLinux kernel = new FakeLinux();
    final FakeDispatcher dispatcher = new FakeDispatcher();
    final FakeRegistry registry = new FakeRegistry();
    final FakeLog log = new FakeLog();
    final AtomicInteger opens = new AtomicInteger();
    final ReadyListeners listeners;
    final NodeWatch nodes;
    private final Map<String, Node> known = new HashMap<>();
    private final Map<Path, Errno> refusals = new HashMap<>();
    private Opener opener;
    private long inodes = 100;
    private long ids;

    Machine(Path folder) throws IOException {
        root = folder.toRealPath();
        dev = Files.createDirectory(root.resolve("dev"));
        Files.createDirectory(root.resolve("fd"));
        for (String each : List.of("sys/dev/char", "sys/dev/block", "proc/self")) {
            Files.createDirectories(root.resolve(each));
        }
        proc("devices", "Character devices:\n  1 mem\n  4 tty\n249 watchdog\n\nBlock devices:\n  7 loop\n");
        proc("self/mountinfo", "");
        proc("swaps", "Filename\tType\n");
        kernel.disk(root);
        kernel.descriptorLinks(root.resolve("fd"));
        kernel.onCall("statx", this::statx);
        opener = opener(List.of(dev.toString()), List.of());
        listeners = new ReadyListeners(kernel, dispatcher, log.logger());
        nodes = new NodeWatch(kernel, kernel, log.logger());
    }

    /** The opener of another policy. */
    void deny(String... entries) {
        opener = opener(List.of(dev.toString()), List.of(entries));
    }

    /** The opener of other roots. */
    void roots(String... entries) {
        opener = opener(List.of(entries), List.of());
    }

    Opener opener() {
        return opener;
    }

    private Opener opener(List<String> roots, List<String> denied) {
        DeviceGate gate = new DeviceGate(
                roots,
                new Denied(root.resolve("proc/devices"), denied),
                root.resolve("fd"),
                files(),
                new Statx(kernel, kernel),
                log.logger());
        return new Opener(gate, root.resolve("sys"), root.resolve("proc"), kernel, kernel, kernel, kernel);
    }

    /** The kernel's files, but for what {@link #refuse} has ordered. */
    private LinuxFiles files() {
        Class<LinuxFiles> type = LinuxFiles.class;
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (method.getName().equals("open") && ((Path) arguments[0]).startsWith(root.resolve("fd"))) {
                        Errno errno = refusals.get(Files.readSymbolicLink((Path) arguments[0]));
                        if (errno != null) {
                            throw new ErrnoException("open", arguments[0].toString(), errno);
                        }
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    /** From now on the driver refuses to open; the node can still be looked at. */
    void refuse(String name, Errno errno) {
        refusals.put(dev.resolve(name), errno);
    }

    private long statx(Object... arguments) throws IOException {
        String path = arguments[0] instanceof Fd fd ? fd.subject() : (String) arguments[1];
        Node node = known.get(Path.of(path).normalize().toString());
        if (node == null) {
            node = onDisk(Path.of(path));
        }
        Struct answer = Statx.STATX.at((NativeBuffer) arguments[4]);
        answer.set("stx_mode", node.mode())
                .set("stx_ino", node.inode())
                .set("stx_uid", node.owner())
                .set("stx_rdev_major", node.number().major())
                .set("stx_rdev_minor", node.number().minor());
        return 0;
    }

    private Node onDisk(Path path) throws IOException {
        if (!Files.exists(path)) {
            throw FakeFile.refuse(Errno.ENOENT);
        }
        Path real = path.toRealPath();
        if (known.containsKey(real.toString())) {
            return known.get(real.toString());
        }
        int mode = (Integer) Files.getAttribute(real, "unix:mode");
        return new Node(mode, number(mode, 0, 0), 0, 1);
    }

    private static DeviceNumber number(int mode, int major, int minor) {
        return new DeviceNumber(Node.kind(mode), major, minor);
    }

    /** Makes a node below /dev with a driver behind it; {@link #opens} counts how often that is opened. */
    void node(String name, int type, int major, int minor, Supplier<FakeFile> driver) {
        Path path = dev.resolve(name);
        kernel.script(path.toString(), () -> {
            opens.incrementAndGet();
            return driver.get();
        });
        known.put(path.toString(), new Node(type | 0600, number(type, major, minor), 0, ++inodes));
    }

    /** A node that only has to be there. */
    void node(String name, int type, int major, int minor) {
        node(name, type, major, minor, () -> new FakeFile() {});
    }

    void removeNode(String name) {
        kernel.remove(dev.resolve(name).toString());
        known.remove(dev.resolve(name).toString());
    }

    /** What inotify says of a node. */
    void happened(int mask, String name) {
        kernel.happened(dev.toString(), mask, name);
    }

    /** Makes what /sys knows of a device. */
    Path sys(Kind kind, String digits, String name, String subsystem) {
        try {
            Path classFolder = Files.createDirectories(root.resolve("sys/class").resolve(subsystem));
            Path folder = Files.createDirectories(root.resolve("sys/devices").resolve(name));
            Files.writeString(folder.resolve("uevent"), "DEVNAME=" + name + "\n");
            Files.writeString(folder.resolve("size"), "2048\n");
            Files.createSymbolicLink(folder.resolve("subsystem"), classFolder);
            Files.createSymbolicLink(
                    root.resolve("sys/dev").resolve(kind.word()).resolve(digits), folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void proc(String file, String content) {
        try {
            Files.writeString(root.resolve("proc").resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void mounted(String number, String where, String source) {
        proc("self/mountinfo", "36 35 %s / %s rw,noatime - ext4 %s rw%n".formatted(number, where, source));
    }

    KernelDevice kernelDevice(String subsystem, String name) {
        return new KernelDevice(
                subsystem, name, Path.of("/sys/devices", name), Optional.of(dev.resolve(name)), Map.of());
    }

    DeviceComponent configure(String name, Map<String, Object> configuration) {
        Map<String, Object> properties = new HashMap<>(configuration);
        properties.put("service.pid", Device.PID + "~" + name);
        return new DeviceComponent(
                registry.context(),
                config(configuration),
                properties,
                opener,
                listeners,
                nodes,
                kernel,
                kernel,
                kernel,
                dispatcher,
                log.logger());
    }

    DeviceComponent configure(String name, String node) {
        return configure(name, Map.of("path", dev.resolve(node).toString()));
    }

    DeviceComponent configure(String name, String node, Object... keysAndValues) {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put("path", dev.resolve(node).toString());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            configuration.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return configure(name, configuration);
    }

    /** What Declarative Services makes of a configuration; an exception stands for a value it cannot convert. */
    static DeviceComponent.Config config(Map<String, Object> configuration) {
        Class<DeviceComponent.Config> type = DeviceComponent.Config.class;
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object value = configuration.getOrDefault(method.getName(), method.getDefaultValue());
                    if (value instanceof ComponentException wrong) {
                        throw wrong;
                    }
                    return value;
                }));
    }

    <T extends Device> T device(Class<T> type, String name) {
        return find(type, name).orElseThrow();
    }

    boolean isRegistered(String name) {
        return find(CharacterDevice.class, name).isPresent()
                || find(BlockDevice.class, name).isPresent();
    }

    private <T> Optional<T> find(Class<T> type, String name) {
        return registry.services(type).stream()
                .filter(each -> name.equals(registry.properties(each).get(ResourceStatus.NAME)))
                .findFirst();
    }

    ResourceState state(String name) {
        return find(ResourceStatus.class, name).orElseThrow().state();
    }

    String reason(String name) {
        return find(ResourceStatus.class, name).orElseThrow().reason();
    }

    /** Registers a listener, and returns its properties, by which it is removed. */
    Map<String, Object> listen(DeviceReadyListener listener, Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("service.id", ++ids);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        listeners.add(listener, properties);
        kernel.turn();
        return properties;
    }
}
