// SPDX-License-Identifier: Apache-2.0
/**
 * Character and block devices as services, and what is spoken with them: ioctl requests with structures that are
 * byte-equal to C.
 *
 * <p>With the configuration {@code io.callgate.device.file~uplink.json}
 *
 * <pre>{@code
 * { "path": "/dev/ttyS1", "access": "read-write", "exclusive": true }
 * }</pre>
 *
 * an application sets the line up, and is called when there is something to read:
 *
 * <pre>{@code
 * @Component(property = "device.name=uplink")
 * public final class Uplink implements DeviceReadyListener {
 *     private static final StructLayout WINSIZE = StructLayout.struct("winsize")
 *             .field("ws_row", U16).field("ws_col", U16).field("ws_xpixel", U16).field("ws_ypixel", U16)
 *             .build();
 *
 *     @Activate
 *     public Uplink(@Reference(target = "(callgate.name=uplink)") CharacterDevice line) throws IOException {
 *         Serial.apply(line, SerialSettings.of(115200));
 *         Struct size = WINSIZE.at(line.allocate(WINSIZE.size()));
 *         line.ioctl(new Ioctl(0x5413), size);                     // TIOCGWINSZ, a number older than _IOR
 *         System.out.println(size.get("ws_row"));
 *     }
 *
 *     @Override
 *     public void ready(Device device, int ready) throws IOException {
 *         NativeBuffer buffer = device.allocate(256);
 *         int length = device.read(buffer, 0, buffer.size());      // it is asked again as long as there is more
 *     }
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.device;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
