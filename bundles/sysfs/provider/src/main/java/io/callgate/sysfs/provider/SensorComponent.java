// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Sensor;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Makes a service of every sensor that the kernel has, and closes the files of those that nobody reads any more. */
@Component(service = {})
public final class SensorComponent implements SysfsSensor.Observer {

    private static final Duration IDLE = Duration.ofMinutes(1);

    private final SysTree tree;
    private final Discovery<FoundSensor> discovery;
    private final Registrations sweeping = new Registrations();
    private final Set<SysfsSensor> open = ConcurrentHashMap.newKeySet();

    /** Begins to look for them; opens none. */
    @Activate
    public SensorComponent(
            BundleContext context,
            @Reference SysTree tree,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.tree = tree;
        this.discovery = new Discovery<>("sensors", tree, context, loop, dispatcher, log, this::offer);
        discovery.follow(devices, "hwmon", new HwmonScanner(tree));
        discovery.follow(devices, "iio", new IioScanner(tree));
        discovery.follow(devices, "thermal", new ThermalScanner(tree));
        discovery.follow(devices, "power_supply", new PowerSupplyScanner(tree));
        discovery.follow(devices, "i2c", new ClasslessScanner(tree));
        try {
            sweeping.keep(loop.timer(IDLE, IDLE, late -> open.removeIf(sensor -> !sensor.closeIfIdle())));
        } catch (IOException e) {
            log.warn("files of sensors stay open once they were read: {}", e.getMessage());
        }
    }

    private Discovery.Offer<Sensor> offer(String name, FoundSensor found) {
        SysfsSensor sensor = new SysfsSensor(name, found, tree, this);
        return new Discovery.Offer<>(Sensor.class, sensor, properties(sensor), () -> {
            sensor.close();
            open.remove(sensor);
        });
    }

    /** What a filter may ask for. */
    static Map<String, Object> properties(Sensor sensor) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ResourceStatus.NAME, sensor.name());
        properties.put(Sensor.QUANTITY, sensor.quantity().word());
        properties.put(Sensor.DEVICE, sensor.device());
        properties.put(Sensor.LABEL, sensor.label());
        if (!sensor.quantity().unit().isEmpty()) {
            properties.put(Sensor.UNIT, sensor.quantity().unit());
        }
        return properties;
    }

    @Override
    public void opened(SysfsSensor sensor) {
        open.add(sensor);
    }

    @Override
    public void missing(FoundSensor found) {
        discovery.missing(found.folder());
    }

    /** Takes all services back and closes their files. */
    @Deactivate
    public void close() {
        sweeping.close();
        discovery.close();
    }
}
