// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.watchdog.WatchdogAttributes;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A watchdog as /sys shows it. */
final class SysfsWatchdog implements WatchdogDevice {

    private static final int LONGEST = 4096;

    private final KernelDevice device;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final String identity;
    private final DeviceNode.Number number;

    SysfsWatchdog(KernelDevice device, LinuxFiles files, LinuxMemory memory) throws IOException {
        this.device = device;
        this.files = files;
        this.memory = memory;
        this.identity = attribute("identity").orElse("");
        this.number = DeviceNode.Number.parse(attribute("dev").orElse(""));
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public Path node() {
        return device.node().orElse(Path.of("/dev", device.name()));
    }

    @Override
    public String identity() {
        return identity;
    }

    /** The device number that its node must have. */
    DeviceNode.Number number() {
        return number;
    }

    @Override
    public WatchdogAttributes read() throws IOException {
        requireThere();
        return new WatchdogAttributes(
                attribute("identity").orElse(""),
                isActive(),
                number("nowayout").orElse(0L) != 0,
                number("options").map(SysfsWatchdog::flags),
                number("status").map(SysfsWatchdog::flags).orElse(Set.of()),
                number("bootstatus").map(SysfsWatchdog::flags).orElse(Set.of()),
                seconds("timeout"),
                seconds("timeleft"),
                seconds("pretimeout"),
                attribute("pretimeout_governor"),
                attribute("pretimeout_available_governors")
                        .map(words -> List.of(words.split("\\s+")))
                        .orElse(List.of()));
    }

    /** True if it runs, whoever has opened it. */
    boolean isActive() throws IOException {
        return attribute("state").orElse("").equals("active");
    }

    /** What the kernel does at the pretimeout. */
    void setGovernor(String governor) throws IOException {
        NativeBuffer text = memory.allocate(LONGEST);
        int length = text.put(0, governor);
        try (Fd fd = files.open(device.sysPath().resolve("pretimeout_governor"), OpenFlag.WRONLY)) {
            files.write(fd, text, 0, length);
        }
    }

    /** What has gone has no attributes either, and is not one that lacks them all. */
    private void requireThere() throws IOException {
        files.open(device.sysPath().resolve("uevent"), OpenFlag.RDONLY).close();
    }

    private static Set<WatchdogFlag> flags(long bits) {
        return WatchdogFlag.of((int) bits);
    }

    private Optional<Duration> seconds(String name) throws IOException {
        return number(name).map(Duration::ofSeconds);
    }

    private Optional<Long> number(String name) throws IOException {
        Optional<String> text = attribute(name);
        try {
            return text.map(Long::decode);
        } catch (NumberFormatException e) {
            throw new IOException(
                    device.sysPath().resolve(name) + " holds \"" + text.get() + "\", expected a number", e);
        }
    }

    /** Empty where the kernel or the driver has no such attribute. */
    private Optional<String> attribute(String name) throws IOException {
        NativeBuffer text = memory.allocate(LONGEST);
        try (Fd fd = files.open(device.sysPath().resolve(name), OpenFlag.RDONLY)) {
            int length = files.pread(fd, text, 0, LONGEST, 0);
            return Optional.of(text.text(0, Math.max(0, length)).strip());
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.EOPNOTSUPP)) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
