// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.testing.FakeFile;
import io.callgate.linux.testing.FakeLinux;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A watchdog of the kernel's, as drivers/watchdog/watchdog_dev.c behaves: opening arms it, V and a close disarm it. */
final class FakeWatchdog {

    static final Set<WatchdogFlag> USUAL =
            Set.of(WatchdogFlag.SETTIMEOUT, WatchdogFlag.MAGICCLOSE, WatchdogFlag.KEEPALIVEPING);

    final FakeLinux kernel;
    final String name;
    final String identity;
    final List<Duration> feedings = new ArrayList<>();
    final List<String> written = new ArrayList<>();
    Set<WatchdogFlag> options = USUAL;
    boolean nowayout;
    boolean old; // knows the magic character alone
    boolean hasPretimeout = true; // of the driver's or of the kernel's own
    boolean busy; // somebody else has it open
    int opens;
    int timeout = 30;
    int pretimeout;
    int mostTimeout = 1000;
    private boolean open;
    private boolean active;
    boolean mayStop; // a V was written, and nothing since

    FakeWatchdog(FakeLinux kernel, String name, String identity) {
        this.kernel = kernel;
        this.name = name;
        this.identity = identity;
        attribute("uevent", "DEVNAME=" + name + "\n");
        attribute("identity", identity + "\n");
        attribute("dev", "248:" + name.replaceAll("\\D", "") + "\n");
        attribute("state", "inactive\n");
        attribute("status", "0x8000\n");
        attribute("bootstatus", "0\n");
        attribute("nowayout", "0\n");
        attribute("timeout", "30\n");
        attribute("pretimeout_governor", "panic\n");
        attribute("pretimeout_available_governors", "noop\npanic\n");
        kernel.script("/dev/" + name, this::opened);
    }

    void attribute(String attribute, String value) {
        kernel.attribute(path(attribute), value);
    }

    String path(String attribute) {
        return "/sys/devices/virtual/watchdog/" + name + "/" + attribute;
    }

    KernelDevice device() {
        return new KernelDevice(
                "watchdog",
                name,
                Path.of("/sys/devices/virtual/watchdog", name),
                Optional.of(Path.of("/dev", name)),
                Map.of());
    }

    boolean isActive() {
        return active;
    }

    void active(boolean now) {
        active = now;
        kernel.value(path("state"), now ? "active\n" : "inactive\n");
    }

    /** How long ago it was last fed. */
    Duration hungry() {
        return kernel.time().minus(feedings.get(feedings.size() - 1));
    }

    /** True if at some time it was left alone for so long that it has reset the machine. */
    boolean hasFired() {
        Duration before = feedings.isEmpty() ? kernel.time() : feedings.get(0);
        for (Duration each : feedings) {
            if (each.minus(before).toSeconds() >= timeout) {
                return true;
            }
            before = each;
        }
        return active && kernel.time().minus(before).toSeconds() >= timeout;
    }

    private FakeFile opened() {
        if (busy || open) {
            throw unchecked(FakeFile.refuse(Errno.EBUSY));
        }
        opens++;
        open = true; // and mayStop is as it was: the kernel does not forget it here
        active(true);
        feed();
        return new Opened();
    }

    /** An errno out of a Supplier. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException unchecked(Exception e) throws E {
        throw (E) e;
    }

    private void feed() {
        feedings.add(kernel.time());
    }

    private final class Opened implements FakeFile {

        @Override
        public int write(ByteBuffer from, long position) {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            String text = new String(bytes, StandardCharsets.US_ASCII);
            written.add(text);
            mayStop = text.contains("V") && !nowayout;
            if (active) {
                feed();
            }
            return bytes.length;
        }

        @Override
        public int ioctl(Ioctl request, long argument) throws IOException {
            if (!request.equals(WatchdogCalls.KEEPALIVE)) {
                throw FakeFile.refuse(Errno.ENOTTY);
            }
            if (!options.contains(WatchdogFlag.KEEPALIVEPING)) {
                throw FakeFile.refuse(Errno.EOPNOTSUPP);
            }
            if (active) {
                feed();
            }
            return 0;
        }

        @Override
        public int ioctl(Ioctl request, ByteBuffer argument) throws IOException {
            int value = argument.getInt(0);
            if (request.equals(WatchdogCalls.SETOPTIONS) && old) {
                throw FakeFile.refuse(Errno.ENOTTY);
            }
            if (request.equals(WatchdogCalls.GETSUPPORT)) {
                argument.putInt(0, options.stream().mapToInt(WatchdogFlag::bit).sum());
                argument.putInt(4, 7);
                argument.put(8, identity.getBytes(StandardCharsets.US_ASCII));
            } else if (request.equals(WatchdogCalls.GETSTATUS)) {
                argument.putInt(0, WatchdogFlag.KEEPALIVEPING.bit());
            } else if (request.equals(WatchdogCalls.GETBOOTSTATUS)) {
                argument.putInt(0, WatchdogFlag.CARDRESET.bit());
            } else if (request.equals(WatchdogCalls.SETOPTIONS)) {
                setOptions(value);
            } else if (request.equals(WatchdogCalls.GETTIMEOUT)) {
                argument.putInt(0, timeout);
            } else if (request.equals(WatchdogCalls.SETTIMEOUT)) {
                argument.putInt(0, timeout = inRange(value, mostTimeout));
                feed();
            } else if (request.equals(WatchdogCalls.GETPRETIMEOUT) && hasPretimeout) {
                argument.putInt(0, pretimeout);
            } else if (request.equals(WatchdogCalls.SETPRETIMEOUT) && hasPretimeout) {
                pretimeout = inRange(value, timeout - 1); // and answers nothing, as the kernel
            } else if (request.equals(WatchdogCalls.GETTIMELEFT)) {
                argument.putInt(0, timeout - (int) hungry().toSeconds());
            } else {
                throw FakeFile.refuse(Errno.ENOTTY);
            }
            return 0;
        }

        private int inRange(int value, int most) throws IOException {
            if (value > most) {
                throw FakeFile.refuse(Errno.EINVAL);
            }
            return value;
        }

        private void setOptions(int value) throws IOException {
            if ((value & WatchdogCalls.DISABLECARD) != 0) {
                if (nowayout) {
                    throw FakeFile.refuse(Errno.EBUSY);
                }
                active(false);
            }
        }

        @Override
        public void close() {
            open = false;
            if (active && (mayStop || !options.contains(WatchdogFlag.MAGICCLOSE) && !nowayout)) {
                active(false);
                mayStop = false;
            }
        }
    }
}
