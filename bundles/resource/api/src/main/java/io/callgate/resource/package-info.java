// SPDX-License-Identifier: Apache-2.0
/**
 * What the services of every mechanism have in common: the life of a configured resource, and the way whiteboard
 * listeners are called.
 *
 * <pre>{@code
 * @Component(configurationPid = "io.callgate.gpio.output", configurationPolicy = REQUIRE, immediate = true, service = {})
 * public final class OutputComponent {
 *     private final ConfiguredResource resource;
 *
 *     @Activate
 *     public OutputComponent(BundleContext context, Map<String, Object> configuration, @Reference(...) Logger log) {
 *         resource = new ConfiguredResource(context, configuration, log);   // waiting, and `why NAME` says so
 *         ...
 *         resource.live(DigitalOutput.class, output);                       // registered with callgate.name=NAME
 *         resource.gone("its chip has gone");                               // unregistered, then waiting again
 *     }
 *
 *     @Deactivate
 *     public void deactivate() {
 *         resource.close();
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.resource;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
