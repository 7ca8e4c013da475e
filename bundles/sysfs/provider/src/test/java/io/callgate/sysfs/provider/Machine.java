// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.KernelDevice;
import io.callgate.sysfs.Led;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.ValueListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A fake /sys with devices as real drivers show them, and the components that look for sensors and LEDs in it. */
final class Machine {

    final Gateway gateway;
    final SensorComponent sensors;
    final LedComponent leds;
    final SensorPoller poller;
    private volatile Runnable bound = () -> {};

    Machine(Gateway gateway) {
        this.gateway = gateway;
        this.poller = new SensorPoller(gateway.listeners, gateway.kernel, gateway.dispatcher, gateway.log.logger());
        gateway.framework.onChange(this::bind);
        this.sensors = new SensorComponent(
                gateway.framework.context(),
                gateway.tree,
                gateway.kernel,
                gateway.kernel,
                gateway.dispatcher,
                gateway.log.logger());
        this.leds = new LedComponent(
                gateway.framework.context(),
                gateway.tree,
                gateway.kernel,
                gateway.kernel,
                gateway.dispatcher,
                gateway.log.logger());
    }

    /** What Declarative Services does for the poller and the listeners. */
    private void bind(Framework.Service service, boolean registered) {
        give(service, registered);
        if (registered && service.object() instanceof ValueListener) {
            bound.run();
        }
    }

    /** Somebody is called when a listener is bound, on the thread that registered it. */
    void whenListenerIsBound(Runnable somebody) {
        bound = somebody;
    }

    private void give(Framework.Service service, boolean registered) {
        if (service.object() instanceof Sensor sensor && registered) {
            poller.addSensor(sensor, service.properties());
        } else if (service.object() instanceof Sensor sensor) {
            poller.removeSensor(sensor, service.properties());
        } else if (service.object() instanceof ValueListener listener && registered) {
            gateway.listeners.add(listener, service.properties());
            poller.addListener(listener, service.properties());
        } else if (service.object() instanceof ValueListener listener) {
            poller.removeListener(listener, service.properties());
            gateway.listeners.remove(listener, service.properties());
        }
    }

    /** Files of a device; a line is a file's name and its content, {@code name value}. */
    Machine files(String folder, String... lines) {
        for (String line : lines) {
            int space = line.indexOf(' ');
            gateway.file(folder + "/" + line.substring(0, space), line.substring(space + 1) + "\n");
        }
        return this;
    }

    Machine link(String link, String target) {
        try {
            Path path = gateway.root.resolve(link);
            Files.createDirectories(path.getParent());
            Files.createSymbolicLink(path, gateway.root.resolve(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel announces a device, or news of it, and all that follows from that happens. */
    Machine announce(String subsystem, String folder) {
        files(folder, "uevent ");
        gateway.kernel.plug(device(subsystem, folder));
        return turn();
    }

    /** Its folder goes, and then the kernel says so. */
    Machine remove(String subsystem, String folder) {
        delete(folder);
        gateway.kernel.unplug(device(subsystem, folder));
        return turn();
    }

    void delete(String path) {
        try (Stream<Path> all = Files.walk(gateway.root.resolve(path))) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void move(String from, String to) {
        try {
            Files.move(gateway.root.resolve(from), gateway.root.resolve(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Machine turn() {
        gateway.kernel.turn();
        gateway.kernel.turn();
        return this;
    }

    Machine seconds(long seconds) {
        gateway.kernel.advance(Duration.ofSeconds(seconds));
        return turn();
    }

    private KernelDevice device(String subsystem, String folder) {
        Path path = gateway.root.resolve(folder);
        return new KernelDevice(subsystem, path.getFileName().toString(), path, Optional.empty(), Map.of());
    }

    Sensor sensor(String name) {
        return gateway.framework.find(Sensor.class, name).orElseThrow();
    }

    List<String> sensors() {
        return names(Sensor.class);
    }

    Led led(String name) {
        return gateway.framework.find(Led.class, name).orElseThrow();
    }

    List<String> names(Class<?> type) {
        return gateway.framework.services(type).stream()
                .map(each -> (String) each.properties().get("callgate.name"))
                .sorted()
                .toList();
    }

    /** An lm75 on an I2C bus, as hwmonN. */
    Machine lm75(int bus, String hwmon) {
        String chip = "devices/pci0000:00/i2c-" + bus + "/" + bus + "-0048";
        String folder = chip + "/hwmon/" + hwmon;
        return files(chip, "name lm75")
                .files(folder, "name lm75", "temp1_input 25500", "temp1_max 80000", "temp1_max_hyst 75000")
                .announce("hwmon", folder);
    }

    static String lm75Folder(int bus, String hwmon) {
        return "devices/pci0000:00/i2c-" + bus + "/" + bus + "-0048/hwmon/" + hwmon;
    }
}
