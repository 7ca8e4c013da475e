// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import static io.callgate.watchdog.provider.WatchdogCalls.*;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.watchdog.WatchdogDriver;
import io.callgate.watchdog.WatchdogFlag;
import io.callgate.watchdog.WatchdogInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/** A watchdog device that is open, and therefore armed, with all that its driver can be asked. */
final class OpenWatchdog implements WatchdogDriver, Feeder.Fed {

    private final String device;
    private final Fd fd;
    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final NativeBuffer nothing;
    private final WatchdogInfo info;
    private final boolean pings;
    private volatile Change change = () -> {};

    /** Told when somebody has given the driver another timeout. */
    @FunctionalInterface
    interface Change {
        void made() throws IOException;
    }

    /** @param fd from now on ours */
    OpenWatchdog(String device, Fd fd, LinuxFiles files, LinuxMemory memory) throws IOException {
        this.device = device;
        this.fd = fd;
        this.files = files;
        this.memory = memory;
        this.nothing = memory.allocate(1);
        this.info = support();
        this.pings = info.options().contains(WatchdogFlag.KEEPALIVEPING);
    }

    /** The kernel's name. */
    String device() {
        return device;
    }

    String identity() {
        return info.identity();
    }

    Fd fd() {
        return fd;
    }

    boolean has(WatchdogFlag option) {
        return info.options().contains(option);
    }

    /** The driver's own keep-alive if it has one; otherwise a byte, which every driver takes for one. */
    @Override
    public void feed() throws IOException {
        if (pings) {
            files.ioctl(fd, KEEPALIVE, 0);
        } else {
            files.write(fd, nothing, 0, 1);
        }
    }

    /** From now on somebody is told of another timeout, before the call that sets it returns. */
    void whenChanged(Change now) {
        change = now;
    }

    /** {@link #feed} as data, for the door to do while nobody owns the device. */
    KeptHandles.Action feeding() {
        return pings
                ? new KeptHandles.IoctlAction(KEEPALIVE, new byte[0])
                : new KeptHandles.WriteAction(new byte[] {0});
    }

    /**
     * Takes back a magic character that is still in force. The kernel forgets one only when it stops the timer at a
     * close: if it was stopped before, the character is there for the next who opens, whose sudden death would then
     * disarm the device.
     */
    void forgetMagic() throws IOException {
        files.write(fd, nothing, 0, 1);
    }

    /**
     * Stops its timer, or lets the close do it where the driver understands only the magic character. Nothing may be
     * written afterwards; the device is still open.
     *
     * @throws ErrnoException EBUSY if it cannot be stopped (nowayout)
     */
    void disable() throws IOException {
        try {
            set(SETOPTIONS, DISABLECARD);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOTTY, Errno.EOPNOTSUPP, Errno.EINVAL)) {
                throw e;
            }
            NativeBuffer magic = memory.allocate(1);
            magic.bytes().put(0, MAGIC);
            files.write(fd, magic, 0, 1);
        }
    }

    void close() {
        fd.close();
    }

    @Override
    public WatchdogInfo support() throws IOException {
        NativeBuffer buffer = memory.allocate(INFO_SIZE);
        files.ioctl(fd, GETSUPPORT, buffer, 0);
        byte[] identity = new byte[IDENTITY_LENGTH];
        buffer.bytes().get(INFO_IDENTITY, identity);
        int length = 0;
        while (length < IDENTITY_LENGTH && identity[length] != 0) {
            length++;
        }
        return new WatchdogInfo(
                new String(identity, 0, length, StandardCharsets.UTF_8),
                buffer.bytes().getInt(INFO_FIRMWARE),
                WatchdogFlag.of(buffer.bytes().getInt(INFO_OPTIONS)));
    }

    @Override
    public Set<WatchdogFlag> status() throws IOException {
        return WatchdogFlag.of(get(GETSTATUS));
    }

    @Override
    public Set<WatchdogFlag> bootStatus() throws IOException {
        return WatchdogFlag.of(get(GETBOOTSTATUS));
    }

    @Override
    public int temperature() throws IOException {
        return get(GETTEMP);
    }

    @Override
    public void panicOnOverheat() throws IOException {
        set(SETOPTIONS, TEMPPANIC);
    }

    @Override
    public Duration timeout() throws IOException {
        return Duration.ofSeconds(get(GETTIMEOUT));
    }

    @Override
    public Duration setTimeout(Duration timeout) throws IOException {
        Duration taken = Duration.ofSeconds(set(SETTIMEOUT, seconds(timeout)));
        change.made();
        return taken;
    }

    @Override
    public Duration pretimeout() throws IOException {
        return Duration.ofSeconds(get(GETPRETIMEOUT));
    }

    @Override
    public Duration setPretimeout(Duration pretimeout) throws IOException {
        set(SETPRETIMEOUT, seconds(pretimeout)); // which answers nothing
        Duration taken = pretimeout();
        change.made();
        return taken;
    }

    @Override
    public Duration timeLeft() throws IOException {
        return Duration.ofSeconds(get(GETTIMELEFT));
    }

    /**
     * The pretimeout, or zero where there is none. The options do not tell: with CONFIG_WATCHDOG_HRTIMER_PRETIMEOUT the
     * kernel has one for every driver.
     */
    Duration pretimeoutIfAny() throws IOException {
        try {
            return pretimeout();
        } catch (ErrnoException e) {
            if (e.is(Errno.EOPNOTSUPP, Errno.ENOTTY)) {
                return Duration.ZERO;
            }
            throw e;
        }
    }

    /** Whole ones, and no less than asked for: no second at all would mean never. */
    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusSeconds(1).minusNanos(1).toSeconds());
    }

    private int get(Ioctl request) throws IOException {
        return set(request, 0);
    }

    private int set(Ioctl request, int value) throws IOException {
        NativeBuffer buffer = memory.allocate(Integer.BYTES);
        buffer.bytes().putInt(0, value);
        files.ioctl(fd, request, buffer, 0);
        return buffer.bytes().getInt(0);
    }
}
