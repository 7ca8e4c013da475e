// SPDX-License-Identifier: Apache-2.0
/**
 * The only door to the kernel: files, memory, waiting, sockets, any other call, and the devices that come and go.
 *
 * <p>Every concept is a small OSGi service; a bundle binds only those it uses and gets the fake ones of
 * {@code io.callgate.linux.testing} in its unit tests. Nothing above this line sees a JNA type, a raw pointer or -1.
 *
 * <pre>{@code
 * @Activate
 * public Load(@Reference LinuxFiles files, @Reference LinuxMemory memory) throws IOException {
 *     fd = files.open(Path.of("/proc/loadavg"), OpenFlag.RDONLY);   // owned by us: close it in @Deactivate
 *     buffer = memory.allocate(256);                                // goes with the garbage collector
 *     int length = files.pread(fd, buffer, 0, 256, 0);              // no garbage in steady state
 *     String text = buffer.text(0, length);
 * }
 * }</pre>
 */
@Export
@Version("0.1.0")
package io.callgate.linux;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
