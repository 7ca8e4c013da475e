// SPDX-License-Identifier: Apache-2.0
/**
 * Files of /sys as services: one {@link io.callgate.sysfs.Attribute} per configuration
 * {@code io.callgate.sysfs.attribute~NAME}, with typed values in a unit, and {@link io.callgate.sysfs.ValueListener}s
 * that are told when a value changes. {@link io.callgate.sysfs.Sensor}s and {@link io.callgate.sysfs.Led}s are found by
 * themselves.
 *
 * <p>With the configuration {@code io.callgate.sysfs.attribute~cpu-temp.json}
 *
 * <pre>{@code
 * { "path": "/sys/class/thermal/thermal_zone0/temp", "type": "integer", "scale": 0.001, "unit": "°C", "interval": 1000 }
 * }</pre>
 *
 * an application reads it, or is told:
 *
 * <pre>{@code
 * @Component(property = {"sysfs.attribute=cpu-temp", "sysfs.deadband:Double=0.5"})
 * public final class Fan implements ValueListener {
 *
 *     @Activate
 *     public Fan(@Reference(target = "(callgate.name=cpu-temp)") Attribute temperature) throws IOException {
 *         System.out.println(temperature.read());                  // 45.25 °C
 *     }
 *
 *     @Override
 *     public void changed(Value value) {
 *         fast(value.asDouble() > 70);                             // the present value first, then each change
 *     }
 * }
 * }</pre>
 *
 * A sensor needs no configuration:
 *
 * <pre>{@code
 * @Component(property = {
 *     "sysfs.sensor=(&(callgate.quantity=illuminance)(callgate.device=1-0039))", "sysfs.interval:Long=500"
 * })
 * public final class Dusk implements ValueListener {
 *
 *     @Reference(target = "(callgate.name=green:status)")
 *     Led led;
 *
 *     @Override
 *     public void changed(Value lux) throws IOException {
 *         led.set(lux.asDouble() < 10);
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.sysfs;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
