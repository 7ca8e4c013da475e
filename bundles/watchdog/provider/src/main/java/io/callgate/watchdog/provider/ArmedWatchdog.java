// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.watchdog.WatchdogBusyException;
import io.callgate.watchdog.WatchdogDriver;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One device from the moment it is opened, which arms it, to the moment it is disarmed, left to a successor, or gone:
 * it has its settings, and is fed.
 *
 * <p>Its {@link WatchdogLife} calls it under its lock; only what the driver answers may be asked at any time.
 */
final class ArmedWatchdog {

    /** The state of a kept handle: the kernel's name. */
    private static final String DEVICE = "device";

    private final String name;
    private final Surroundings around;
    private final OpenWatchdog driver;
    private volatile Settings settings;
    private Feeder.Place place;

    private ArmedWatchdog(String name, OpenWatchdog driver, Settings settings, Surroundings around) {
        this.name = name;
        this.driver = driver;
        this.settings = settings;
        this.around = around;
    }

    /**
     * Opens a device, gives it its settings, and feeds it from then on.
     *
     * @param name of the configuration
     * @throws WatchdogBusyException if another program has it
     * @throws RejectedException if it does not take the settings; one that cannot be disarmed any more is fed instead
     */
    static ArmedWatchdog arm(String name, SysfsWatchdog device, Settings settings, Surroundings around)
            throws IOException {
        Fd fd = around.node().open(device.node(), device.number());
        ArmedWatchdog armed = opened(name, device.name(), fd, settings, around);
        try {
            armed.driver.forgetMagic();
            armed.feed(armed.apply(Optional.of(device)));
        } catch (IOException | IllegalArgumentException e) {
            armed.giveBack(e);
        }
        around.log()
                .info(
                        "{} is armed: {} resets this machine {} s after the last feeding",
                        name,
                        device.name(),
                        armed.timeoutOr(Duration.ZERO).toSeconds());
        return armed;
    }

    /** What a predecessor has left with the door is ours from here on, and fed at the next turn; null if there is none. */
    static ArmedWatchdog takeOver(String name, Settings settings, Surroundings around) {
        KeptHandles.Kept kept = around.handles().take(key(name)).orElse(null);
        if (kept == null) {
            return null;
        }
        String device = kept.state().getOrDefault(DEVICE, "");
        try {
            ArmedWatchdog taken = opened(name, device, kept.fd(), settings, around);
            taken.feed(taken.interval());
            return taken;
        } catch (IOException e) {
            kept.fd().close();
            around.log().error("{} was handed over, but does not answer: {}", device, e.getMessage());
            return null;
        }
    }

    /** @param fd ours, and closed if the driver does not answer */
    private static ArmedWatchdog opened(String name, String device, Fd fd, Settings settings, Surroundings around)
            throws IOException {
        try {
            OpenWatchdog driver = new OpenWatchdog(device, fd, around.files(), around.memory());
            return new ArmedWatchdog(name, driver, settings, around);
        } catch (IOException e) {
            fd.close();
            throw e;
        }
    }

    /** Opening has armed it, and now it does not take the settings. What cannot be disarmed must be fed. */
    private void giveBack(Exception reason) throws IOException {
        try {
            driver.disable();
        } catch (ErrnoException e) {
            around.log()
                    .error(
                            "{} refuses its settings ({}) and cannot be disarmed; it is fed with its own timeout",
                            name,
                            reason.getMessage());
            feed(halfOfItsTimeout());
            return;
        }
        driver.close();
        throw new RejectedException(driver.device(), reason);
    }

    private Duration halfOfItsTimeout() {
        try {
            return driver.timeout().dividedBy(2);
        } catch (IOException e) {
            return Feeder.TURN; // it does not say
        }
    }

    private void feed(Duration interval) {
        Feeder.Place here = around.supervisor().feed(driver.device(), driver, interval);
        driver.whenChanged(() -> here.interval(interval()));
        place = here;
    }

    /** Fed in time whatever an application has set; what is configured holds if it can. */
    private Duration interval() throws IOException {
        Duration timeout = driver.timeout();
        Duration pretimeout = driver.pretimeoutIfAny();
        try {
            return settings.feeding(timeout, pretimeout);
        } catch (IllegalArgumentException e) {
            return Settings.NONE.feeding(timeout, pretimeout);
        }
    }

    /** Takes other settings for the same device; if it does not, it is fed as before. */
    void configure(Settings now, Optional<SysfsWatchdog> device) {
        settings = now;
        try {
            place.interval(apply(device));
        } catch (IOException | IllegalArgumentException e) {
            around.log().error("{} does not take its new settings: {}; it is fed as before", name, e.getMessage());
        }
    }

    /** Gives the driver the settings; returns the time between two feedings. */
    private Duration apply(Optional<SysfsWatchdog> device) throws IOException {
        if (settings.timeout().isPresent()
                && !driver.timeout().equals(settings.timeout().get())) {
            driver.setTimeout(settings.timeout().get());
        }
        if (settings.pretimeout().isPresent()
                && !driver.pretimeoutIfAny().equals(settings.pretimeout().get())) {
            driver.setPretimeout(settings.pretimeout().get());
        }
        if (settings.governor().isPresent() && device.isPresent()) {
            device.get().setGovernor(settings.governor().get());
        }
        return settings.feeding(driver.timeout(), driver.pretimeoutIfAny());
    }

    /** The kernel's name. */
    String device() {
        return driver.device();
    }

    String identity() {
        return driver.identity();
    }

    WatchdogDriver driver() {
        return driver;
    }

    /** True if its driver answers no more. */
    boolean hasGone() {
        try {
            driver.status();
            return false;
        } catch (ErrnoException e) {
            return e.is(Errno.ENODEV);
        } catch (IOException e) {
            return true; // closed
        }
    }

    /** Its driver has gone, and nothing is left to be disarmed. */
    void release() {
        around.supervisor().end(place);
        driver.close();
    }

    /**
     * Stops it, if its driver lets it be stopped; if not, it is fed again before this throws.
     *
     * @throws IOException EBUSY of the driver (nowayout)
     */
    void disarm() throws IOException {
        Duration interval = place.interval();
        around.supervisor().end(place);
        try {
            driver.disable();
        } catch (IOException e) {
            feed(interval);
            throw e;
        }
        driver.close();
        around.log().info("{} is disarmed", driver.device());
    }

    /** Ends it for good, disarmed or armed, and says which. */
    void end(boolean disarm) {
        around.supervisor().end(place);
        Duration timeout = timeoutOr(Duration.ZERO);
        boolean stays = !disarm && driver.has(WatchdogFlag.MAGICCLOSE);
        try {
            if (disarm) {
                driver.disable();
            }
        } catch (IOException e) {
            stays = true;
            around.log().error("{} cannot be disarmed: {}", driver.device(), e.getMessage());
        }
        driver.close();
        if (stays) {
            around.log()
                    .warn(
                            "{} stays armed: it resets this machine in {} s unless it is fed again",
                            driver.device(),
                            timeout.toSeconds());
        } else {
            around.log().info("{} is disarmed", driver.device());
        }
    }

    /** To the door, which feeds it for a while and then lets it fire; only an uninstallation ends it in order. */
    void leave() {
        Duration interval = place.interval();
        around.supervisor().end(place);
        Duration timeout = timeoutOr(Duration.ofMinutes(1));
        // The end must come when the device has fired, not before: to close it in order would be to disarm it.
        Duration handover = settings.handover().plus(timeout.multipliedBy(2)).plusMinutes(1);
        List<KeptHandles.Action> last = settings.disarmOnStop()
                ? List.of(new KeptHandles.WriteAction(new byte[] {WatchdogCalls.MAGIC}))
                : List.of();
        KeptHandles.KeepAlive keepAlive = new KeptHandles.KeepAlive(driver.feeding(), interval, settings.handover());
        around.handles()
                .leave(
                        key(name),
                        driver.fd(),
                        Map.of(DEVICE, driver.device()),
                        new KeptHandles.Policy(handover, last, Optional.of(keepAlive)));
    }

    private static KeptHandles.Key key(String name) {
        return new KeptHandles.Key("watchdog:" + name, Map.of());
    }

    private Duration timeoutOr(Duration otherwise) {
        try {
            return driver.timeout();
        } catch (IOException e) {
            return otherwise;
        }
    }
}
