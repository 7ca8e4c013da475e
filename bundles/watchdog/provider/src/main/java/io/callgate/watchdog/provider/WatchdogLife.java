// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogBusyException;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.osgi.service.log.Logger;

/**
 * The life of one configured watchdog: waits for its device, arms it if it is told to, hands it over, ends it in order.
 *
 * <p>It opens its device for two reasons only: somebody wants it armed, or it runs already, since a gateway that is no
 * more has armed it; not to feed it then would be a reset.
 */
final class WatchdogLife implements Watchdog {

    /** What a look has found: why there is no service, or an empty reason. */
    private record Found(ResourceState state, String reason) {

        static final Found LIVE = new Found(ResourceState.LIVE, "");
        static final Found GONE =
                new Found(ResourceState.GONE, "its device has gone; it is taken up again when it comes back");

        static Found waiting(String reason) {
            return new Found(ResourceState.WAITING, reason);
        }
    }

    /** A device that another program holds is tried again so often. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final int LOOKS = 16;

    private final ConfiguredResource resource;
    private final Surroundings around;
    private final Supervisor supervisor;
    private final Logger log;
    private final Dispatcher.Lane lane;
    private final EventLoop.Registration again;
    private final Runnable news = this::lookSoon;

    private final Lock changing = new ReentrantLock(); // never held on the feeding thread
    private volatile Settings settings; // set while changing is held, which guards all that follows
    private String refused = "";
    private String rejected = ""; // by the driver: why it is not armed though it is to be
    private boolean wanted;
    private boolean closed;
    private volatile ArmedWatchdog armed;
    private volatile SysfsWatchdog device;

    WatchdogLife(ConfiguredResource resource, Surroundings around) throws IOException {
        this.resource = resource;
        this.around = around;
        this.supervisor = around.supervisor();
        this.log = around.log();
        this.lane = around.dispatcher().blockingLane("watchdog " + name(), LOOKS);
        this.again = around.loop().timer(AGAIN, AGAIN, late -> lookSoon());
        around.devices().follow(news);
    }

    /** Takes other settings; what is armed stays so, unless it is another device that they mean. */
    void configure(Settings now) {
        changing.lock();
        try {
            boolean first = settings == null;
            Settings before = settings;
            settings = now;
            refused = "";
            rejected = "";
            if (first) {
                takeOver();
            } else if (armed != null) {
                reconfigure(before);
            }
            if (first
                    || !before.isSame(now)
                    || !before.armed()) { // armed so, and then disarmed by hand: stays disarmed
                wanted |= now.armed() && !supervisor.isSafeMode();
            }
        } finally {
            changing.unlock();
        }
        lookSoon();
    }

    private void reconfigure(Settings before) {
        if (before.isSame(settings)) {
            armed.configure(settings, Optional.ofNullable(device));
        } else {
            end(before.disarmOnStop());
            device = null;
        }
    }

    /** What a predecessor has armed; if by now another device is meant, its end has come. */
    private void takeOver() {
        armed = ArmedWatchdog.takeOver(name(), settings, around);
        if (armed == null) {
            return;
        }
        wanted = true;
        if (settings.match(armed.device(), armed.identity())) {
            armed.configure(settings, Optional.empty());
        } else {
            end(settings.disarmOnStop());
        }
    }

    /** The configuration is wrong; what is armed is fed on by the settings of before. */
    void refuse(String reason) {
        changing.lock();
        try {
            refused = reason;
            if (settings == null) {
                settings = Settings.NONE;
                takeOver();
            }
        } finally {
            changing.unlock();
        }
        lookSoon();
    }

    private void lookSoon() {
        lane.offer(this::look);
    }

    /** On the lane: is the device there, and is it as it should be? */
    private void look() {
        Found found;
        changing.lock();
        try {
            if (closed || settings == null) {
                return;
            }
            found = found();
        } finally {
            changing.unlock();
        }
        switch (found.state()) {
            case LIVE -> resource.live(Watchdog.class, this, properties());
            case GONE -> resource.gone(found.reason());
            default -> resource.waiting(found.reason());
        }
    }

    private Map<String, ?> properties() {
        SysfsWatchdog now = device;
        return now == null
                ? Map.of()
                : Map.of(WatchdogDevice.DEVICE, now.name(), WatchdogDevice.IDENTITY, now.identity());
    }

    private Found found() {
        if (!refused.isEmpty()) {
            return Found.waiting(refused);
        }
        List<SysfsWatchdog> all = around.devices().all();
        if (armed != null) {
            return found(all);
        }
        DeviceChoice choice = DeviceChoice.of(all, settings);
        boolean was = device != null;
        device = choice.device().orElse(null);
        if (device == null) {
            return was && choice.none() ? Found.GONE : Found.waiting(choice.reason());
        }
        return rejected.isEmpty() ? armIfToBe() : Found.waiting(rejected);
    }

    /** It is armed; is it still there? */
    private Found found(List<SysfsWatchdog> all) {
        Optional<SysfsWatchdog> mine =
                all.stream().filter(each -> each.name().equals(armed.device())).findFirst();
        if (mine.isPresent()) {
            device = mine.get();
            return Found.LIVE;
        }
        if (!armed.hasGone()) {
            return Found.LIVE; // taken over, and not announced yet
        }
        armed.release();
        armed = null;
        return Found.GONE;
    }

    /** Opens it if that is wanted, or if it runs without anybody. */
    private Found armIfToBe() {
        try {
            if (wanted || device.isActive()) {
                arm(device);
                if (!wanted) {
                    log.warn("{} was armed already; it is fed from here", device.name());
                }
            }
            return Found.LIVE;
        } catch (WatchdogBusyException e) {
            return wanted ? Found.waiting(e.getMessage()) : Found.LIVE; // somebody else's, and fed by him
        } catch (RejectedException e) {
            return Found.waiting(e.getMessage());
        } catch (ErrnoException e) {
            return Found.waiting(e.getMessage()
                    + (e.is(Errno.EACCES, Errno.EPERM)
                            ? ": run as root, or a udev rule: SUBSYSTEM==\"watchdog\", GROUP=\"watchdog\", MODE=\"0660\""
                            : ""));
        } catch (IOException e) {
            return Found.waiting(e.getMessage());
        }
    }

    private void arm(SysfsWatchdog here) throws IOException {
        try {
            armed = ArmedWatchdog.arm(name(), here, settings, around);
            rejected = "";
        } catch (RejectedException e) { // not tried again before another configuration, or arm()
            rejected = wanted ? e.getMessage() : "";
            wanted = false;
            throw e;
        }
    }

    /** Closes it, disarmed or armed. */
    private void end(boolean disarm) {
        armed.end(disarm);
        armed = null;
        wanted = false;
    }

    /**
     * The component goes.
     *
     * @param forGood true if no successor is to be expected
     */
    void close(boolean forGood) {
        again.close();
        around.devices().unfollow(news);
        lane.close();
        changing.lock();
        try {
            closed = true;
            if (armed != null) {
                if (supervisor.isRestarting()) {
                    end(false);
                } else if (forGood || supervisor.isStopping()) {
                    end(settings.disarmOnStop());
                } else {
                    armed.leave();
                    armed = null;
                }
            }
        } finally {
            changing.unlock();
        }
        resource.close();
    }

    Optional<SysfsWatchdog> device() {
        return Optional.ofNullable(device);
    }

    @Override
    public String name() {
        return resource.status().name();
    }

    @Override
    public String identity() {
        ArmedWatchdog now = armed;
        SysfsWatchdog there = device;
        return now != null ? now.identity() : there != null ? there.identity() : "";
    }

    @Override
    public boolean isArmed() {
        return armed != null;
    }

    @Override
    public void arm() throws IOException {
        changing.lock();
        try {
            if (armed != null) {
                return;
            }
            if (closed || device == null || !refused.isEmpty()) {
                throw new IllegalStateException(
                        name() + " is " + resource.status().reason());
            }
            arm(device);
            wanted = true;
        } finally {
            changing.unlock();
        }
        lookSoon();
    }

    /** What the driver does not let be stopped is fed again before this returns. */
    @Override
    public void disarm() throws IOException {
        changing.lock();
        try {
            wanted = false;
            if (armed != null) {
                armed.disarm();
                armed = null;
            }
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Duration timeout() throws IOException {
        ArmedWatchdog now = armed;
        if (now != null) {
            return now.driver().timeout();
        }
        SysfsWatchdog there = device;
        Optional<Duration> asConfigured = settings.timeout();
        return asConfigured.isPresent() || there == null
                ? asConfigured.orElse(Duration.ZERO)
                : there.read().timeout().orElse(Duration.ZERO);
    }

    @Override
    public Optional<WatchdogDriver> driver() {
        return Optional.ofNullable(armed).map(ArmedWatchdog::driver);
    }
}
