// SPDX-License-Identifier: Apache-2.0
/**
 * GPIO lines as services, whatever serves them: a configuration {@code io.callgate.gpio.output~NAME},
 * {@code io.callgate.gpio.input~NAME} or {@code io.callgate.gpio.group~NAME} is a
 * {@link io.callgate.gpio.DigitalOutput}, {@link io.callgate.gpio.DigitalInput} or {@link io.callgate.gpio.LineGroup}.
 *
 * <p>With the configurations {@code io.callgate.gpio.output~lamp.json} and {@code io.callgate.gpio.input~button.json}
 *
 * <pre>{@code
 * { "line": "LED", "initial": "inactive", "safe": "inactive" }
 * { "chip": "lab-gpio", "offset": 0, "edges": "rising", "debounce": 5000 }
 * }</pre>
 *
 * an application switches the one when it is told of the other:
 *
 * <pre>{@code
 * @Component(property = "gpio.line=button")
 * public final class Switch implements EdgeListener {
 *
 *     private final DigitalOutput lamp;
 *
 *     @Activate
 *     public Switch(@Reference(target = "(callgate.name=lamp)") DigitalOutput lamp) {
 *         this.lamp = lamp;
 *     }
 *
 *     @Override
 *     public void edge(Edge edge) throws IOException {
 *         lamp.set(lamp.level().opposite());
 *     }
 * }
 * }</pre>
 *
 * <p>Three kinds of object, never mixed: resources that are owned and closed ({@link io.callgate.gpio.LineRequest}),
 * settings ({@link io.callgate.gpio.LineSettings}, {@link io.callgate.gpio.RequestConfig}), and snapshots
 * ({@link io.callgate.gpio.LineInfo}, {@link io.callgate.gpio.Edge}, {@link io.callgate.gpio.LineChange}).
 * {@link io.callgate.gpio.GpioChip} is what a backend publishes and the configured services stand on.
 */
@Export
@Version("0.1.0")
package io.callgate.gpio;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
