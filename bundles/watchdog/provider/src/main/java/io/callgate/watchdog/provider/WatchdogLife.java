// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import io.callgate.resource.ResourceState;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogBusyException;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogDriver;
import io.callgate.watchdog.WatchdogFlag;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.osgi.service.log.Logger;

/**
 * The life of one configured watchdog: waits for its device, arms it if it is told to, hands it over, ends it in order.
 *
 * <p>It opens its device for two reasons only: somebody wants it armed, or it runs already, since a gateway that is no
 * more has armed it; not to feed it then would be a reset.
 */
final class WatchdogLife implements Watchdog {

    /** What it needs around it. */
    record Surroundings(
            Supervisor supervisor,
            Devices devices,
            LinuxFiles files,
            LinuxMemory memory,
            DeviceNode node,
            KeptHandles handles,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log) {}

    /** What a look has found: why there is no service, or an empty reason. */
    private record Found(ResourceState state, String reason) {

        static final Found LIVE = new Found(ResourceState.LIVE, "");

        static Found waiting(String reason) {
            return new Found(ResourceState.WAITING, reason);
        }
    }

    /** A device that another program holds is tried again so often. */
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private static final int LOOKS = 16;
    private static final String DEVICE = "device";

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
    private Feeder.Place place; // not null exactly while open is not null
    private volatile OpenWatchdog open;
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
            boolean same = !first && settings.isSame(now);
            Settings before = settings;
            settings = now;
            refused = "";
            rejected = "";
            if (first) {
                takeOver();
            }
            if (open != null && !first) {
                if (same) {
                    applyAgain();
                } else {
                    end(before.disarmOnStop());
                    device = null;
                }
            }
            if (first || !same || !before.armed()) { // armed by its configuration, and then disarmed by hand: stays so
                wanted |= now.armed() && !supervisor.isSafeMode();
            }
        } finally {
            changing.unlock();
        }
        lookSoon();
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
        if (open != null) {
            Optional<SysfsWatchdog> mine = all.stream()
                    .filter(each -> each.name().equals(open.device()))
                    .findFirst();
            if (mine.isPresent()) {
                device = mine.get();
                return Found.LIVE;
            }
            return hasGone() ? gone() : Found.LIVE; // taken over, and not announced yet
        }
        List<SysfsWatchdog> matching = all.stream().filter(settings::match).toList();
        if (matching.size() != 1) {
            boolean was = device != null;
            device = null;
            return was && matching.isEmpty() ? gone() : Found.waiting(noneOrMany(all, matching));
        }
        device = matching.get(0);
        return armed();
    }

    private boolean hasGone() {
        try {
            open.status();
            return false;
        } catch (ErrnoException e) {
            return e.is(Errno.ENODEV);
        } catch (IOException e) {
            return true; // closed
        }
    }

    private Found gone() {
        if (open != null) {
            supervisor.end(place);
            open.close();
            open = null;
            place = null;
        }
        return new Found(ResourceState.GONE, "its device has gone; it is taken up again when it comes back");
    }

    private String noneOrMany(List<SysfsWatchdog> all, List<SysfsWatchdog> matching) {
        if (matching.size() > 1) {
            return "there are several: " + names(matching) + "; name one by \"device\" or \"identity\"";
        }
        return "there is no " + settings.wanted() + " here"
                + (all.isEmpty()
                        ? ": load the driver of the hardware, or modprobe softdog"
                        : ", there is " + names(all));
    }

    private static String names(List<SysfsWatchdog> watchdogs) {
        return watchdogs.stream()
                .map(each -> each.name() + " (" + each.identity() + ")")
                .collect(Collectors.joining(", "));
    }

    /** Opens it if that is wanted, or if it runs without anybody. */
    private Found armed() {
        boolean runs;
        boolean toBeArmed = wanted;
        if (!rejected.isEmpty()) {
            return Found.waiting(rejected);
        }
        try {
            runs = device.isActive();
            if (wanted || runs) {
                open();
                if (!wanted) {
                    log.warn("{} was armed already; it is fed from here", device.name());
                }
            }
            return Found.LIVE;
        } catch (WatchdogBusyException e) {
            return wanted ? Found.waiting(e.getMessage()) : Found.LIVE; // somebody else's, and fed by him
        } catch (ErrnoException e) {
            return Found.waiting(e.getMessage()
                    + (e.is(Errno.EACCES, Errno.EPERM)
                            ? ": run as root, or a udev rule: SUBSYSTEM==\"watchdog\", GROUP=\"watchdog\", MODE=\"0660\""
                            : ""));
        } catch (IOException | IllegalArgumentException e) {
            rejected = toBeArmed && !wanted ? e.getMessage() : "";
            return Found.waiting(e.getMessage());
        }
    }

    private void open() throws IOException {
        Fd fd = around.node().open(device.node(), device.number());
        OpenWatchdog opened;
        try {
            opened = new OpenWatchdog(device.name(), fd, around.files(), around.memory());
        } catch (IOException e) {
            fd.close();
            throw e;
        }
        try {
            opened.forgetMagic();
            begin(opened, apply(opened));
        } catch (IOException | IllegalArgumentException e) {
            giveBack(opened, e);
        }
        rejected = "";
        log.info(
                "{} is armed: {} resets this machine {} s after the last feeding",
                name(),
                device.name(),
                timeoutOr(Duration.ZERO).toSeconds());
    }

    /** Opening has armed it, and now it does not take the settings. What cannot be disarmed must be fed. */
    private void giveBack(OpenWatchdog opened, Exception reason) throws IOException {
        try {
            opened.disable();
        } catch (ErrnoException e) {
            log.error(
                    "{} refuses its settings ({}) and cannot be disarmed; it is fed with its own timeout",
                    name(),
                    reason.getMessage());
            begin(opened, halfOfItsTimeout(opened));
            return;
        }
        opened.close();
        wanted = false;
        throw new IOException(device.name() + " does not take the settings: " + reason.getMessage(), reason);
    }

    private static Duration halfOfItsTimeout(OpenWatchdog opened) {
        try {
            return opened.timeout().dividedBy(2);
        } catch (IOException e) {
            return Feeder.TURN; // it does not say
        }
    }

    private void begin(OpenWatchdog opened, Duration interval) {
        Feeder.Place here = supervisor.feed(opened.device(), opened, interval);
        opened.whenChanged(() -> here.interval(interval(opened)));
        open = opened;
        place = here;
    }

    /** Fed in time whatever an application has set; what is configured holds if it can. */
    private Duration interval(OpenWatchdog opened) throws IOException {
        Duration timeout = opened.timeout();
        Duration pretimeout = opened.pretimeoutIfAny();
        try {
            return settings.feeding(timeout, pretimeout);
        } catch (IllegalArgumentException e) {
            return Settings.NONE.feeding(timeout, pretimeout);
        }
    }

    /** Gives the driver the settings; returns the time between two feedings. */
    private Duration apply(OpenWatchdog opened) throws IOException {
        if (settings.timeout().isPresent()
                && !opened.timeout().equals(settings.timeout().get())) {
            opened.setTimeout(settings.timeout().get());
        }
        if (settings.pretimeout().isPresent()
                && !opened.pretimeoutIfAny().equals(settings.pretimeout().get())) {
            opened.setPretimeout(settings.pretimeout().get());
        }
        if (settings.governor().isPresent() && device != null) {
            device.setGovernor(settings.governor().get());
        }
        return settings.feeding(opened.timeout(), opened.pretimeoutIfAny());
    }

    private void applyAgain() {
        try {
            place.interval(apply(open));
        } catch (IOException | IllegalArgumentException e) {
            log.error("{} does not take its new settings: {}; it is fed as before", name(), e.getMessage());
        }
    }

    /** What a predecessor has left with the door is ours from here on, and fed at the next turn. */
    private void takeOver() {
        KeptHandles.Kept kept = around.handles().take(key()).orElse(null);
        if (kept == null) {
            return;
        }
        String name = kept.state().getOrDefault(DEVICE, "");
        try {
            OpenWatchdog taken = new OpenWatchdog(name, kept.fd(), around.files(), around.memory());
            begin(taken, interval(taken));
            wanted = true;
            applyAgain();
        } catch (IOException | IllegalArgumentException e) {
            log.error("{} was handed over, but does not answer: {}", name, e.getMessage());
            kept.fd().close();
        }
    }

    private KeptHandles.Key key() {
        return new KeptHandles.Key("watchdog:" + name(), Map.of());
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
            if (open != null) {
                if (supervisor.isRestarting()) {
                    end(false);
                } else if (forGood || supervisor.isStopping()) {
                    end(settings.disarmOnStop());
                } else {
                    leave();
                }
            }
        } finally {
            changing.unlock();
        }
        resource.close();
    }

    /** To the door, which feeds it for a while and then lets it fire; only an uninstallation ends it in order. */
    private void leave() {
        Duration interval = place.interval();
        supervisor.end(place);
        Duration timeout = timeoutOr(Duration.ofMinutes(1));
        // The end must come when the device has fired, not before: to close it in order would be to disarm it.
        Duration handover = settings.handover().plus(timeout.multipliedBy(2)).plusMinutes(1);
        List<KeptHandles.Action> last = settings.disarmOnStop()
                ? List.of(new KeptHandles.WriteAction(new byte[] {WatchdogCalls.MAGIC}))
                : List.of();
        KeptHandles.KeepAlive keepAlive = new KeptHandles.KeepAlive(open.feeding(), interval, settings.handover());
        around.handles()
                .leave(
                        key(),
                        open.fd(),
                        Map.of(DEVICE, open.device()),
                        new KeptHandles.Policy(handover, last, Optional.of(keepAlive)));
        open = null;
        place = null;
    }

    private Duration timeoutOr(Duration otherwise) {
        try {
            return open.timeout();
        } catch (IOException e) {
            return otherwise;
        }
    }

    /** Closes it, disarmed or armed. */
    private void end(boolean disarm) {
        supervisor.end(place);
        Duration timeout = timeoutOr(Duration.ZERO);
        boolean stays = !disarm && open.has(WatchdogFlag.MAGICCLOSE);
        try {
            if (disarm) {
                open.disable();
            }
        } catch (IOException e) {
            stays = true;
            log.error("{} cannot be disarmed: {}", open.device(), e.getMessage());
        }
        open.close();
        if (stays) {
            log.warn(
                    "{} stays armed: it resets this machine in {} s unless it is fed again",
                    open.device(),
                    timeout.toSeconds());
        } else {
            log.info("{} is disarmed", open.device());
        }
        open = null;
        place = null;
        wanted = false;
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
        OpenWatchdog now = open;
        SysfsWatchdog there = device;
        return now != null ? now.identity() : there != null ? there.identity() : "";
    }

    @Override
    public boolean isArmed() {
        return open != null;
    }

    @Override
    public void arm() throws IOException {
        changing.lock();
        try {
            if (open != null) {
                return;
            }
            if (closed || device == null || !refused.isEmpty()) {
                throw new IllegalStateException(
                        name() + " is " + resource.status().reason());
            }
            open();
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
            if (open != null) {
                Duration interval = place.interval();
                supervisor.end(place);
                try {
                    open.disable();
                } catch (IOException e) {
                    begin(open, interval);
                    throw e;
                }
                end(true);
            }
        } finally {
            changing.unlock();
        }
    }

    @Override
    public Duration timeout() throws IOException {
        OpenWatchdog now = open;
        if (now != null) {
            return now.timeout();
        }
        SysfsWatchdog there = device;
        Optional<Duration> asConfigured = settings.timeout();
        return asConfigured.isPresent() || there == null
                ? asConfigured.orElse(Duration.ZERO)
                : there.read().timeout().orElse(Duration.ZERO);
    }

    @Override
    public Optional<WatchdogDriver> driver() {
        return Optional.ofNullable(open);
    }
}
