// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.KernelDevices;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceStatus;
import io.callgate.sysfs.Led;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/** Makes a service of every LED that the kernel has. They stay as they are when it stops. */
@Component(service = {})
public final class LedComponent {

    private final SysTree tree;
    private final Discovery<FoundLed> discovery;

    /** Begins to look for them; changes none. */
    @Activate
    public LedComponent(
            BundleContext context,
            @Reference SysTree tree,
            @Reference EventLoop loop,
            @Reference KernelDevices devices,
            @Reference Dispatcher dispatcher,
            @Reference(service = LoggerFactory.class) Logger log) {
        this.tree = tree;
        this.discovery = new Discovery<>("LEDs", tree, context, loop, dispatcher, log, this::offer);
        discovery.follow(devices, "leds", this::scan);
    }

    private List<FoundLed> scan(KernelDevice device) throws IOException {
        DeviceFolder folder = DeviceFolder.of(tree, device.sysPath());
        return folder.has("brightness")
                ? List.of(new FoundLed(device.sysPath(), device.name(), folder.key("")))
                : List.of();
    }

    private Discovery.Offer<Led> offer(String name, FoundLed found) {
        SysfsLed led = new SysfsLed(found, tree, () -> discovery.missing(found.folder()));
        return new Discovery.Offer<>(Led.class, led, properties(led), led::close);
    }

    private static Map<String, Object> properties(Led led) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Led.DEVICE, led.device());
        properties.put(Led.COLOR, led.color());
        properties.put(Led.FUNCTION, led.function());
        properties.values().removeIf(""::equals);
        properties.put(ResourceStatus.NAME, led.name());
        return properties;
    }

    /** Takes all services back. */
    @Deactivate
    public void close() {
        discovery.close();
    }
}
