// SPDX-License-Identifier: Apache-2.0
/**
 * A fake door for unit tests: no kernel, no thread, no sleep. The test says what the kernel will say, and asks what it
 * was told.
 *
 * <pre>{@code
 * @Test
 * void aFanIsDrivenByTheTemperature() throws IOException {
 *     FakeLinux kernel = new FakeLinux()
 *             .attribute("/sys/class/hwmon/hwmon0/temp1_input", "71000\n")
 *             .attribute("/sys/class/hwmon/hwmon0/pwm1", "0\n");
 *     Fan fan = new Fan(kernel, kernel, kernel);          // LinuxFiles, LinuxMemory and EventLoop are one object
 *
 *     kernel.advance(Duration.ofSeconds(1));              // its timer expires, on this thread
 *     assertThat(kernel.written("/sys/class/hwmon/hwmon0/pwm1")).containsExactly("255");
 *
 *     kernel.fail("pread", "/sys/class/hwmon/hwmon0/temp1_input", Errno.EIO);
 *     kernel.advance(Duration.ofSeconds(1));
 *     assertThat(fan.state()).contains("EIO");
 *
 *     fan.close();
 *     assertThat(kernel.openDescriptors()).isEmpty();     // nothing left behind
 * }
 * }</pre>
 *
 * <p>For whole trees with folders and symbolic links, make them in a temporary folder, give that folder to the code
 * under test as its root, and to the fake door by {@link io.callgate.linux.testing.FakeLinux#tree}.
 *
 * <p>Beside the kernel: {@link io.callgate.linux.testing.FakeDispatcher} calls listeners on the test's thread,
 * {@link io.callgate.linux.testing.FakeRegistry} takes services that are registered by hand, and
 * {@link io.callgate.linux.testing.FakeLog} remembers what was logged.
 */
@Export
@Version("0.1.0")
package io.callgate.linux.testing;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
