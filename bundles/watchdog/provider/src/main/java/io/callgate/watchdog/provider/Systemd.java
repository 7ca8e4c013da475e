// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxSockets;
import io.callgate.resource.ResourceStatus;
import io.callgate.watchdog.Watchdog;
import io.callgate.watchdog.WatchdogDevice;
import io.callgate.watchdog.WatchdogDriver;
import java.io.IOException;
import java.time.Duration;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Where systemd has started the gateway and wants to hear of it (NOTIFY_SOCKET): says READY=1 when everything is
 * started, WATCHDOG=1 while every deadline holds if the unit has WatchdogSec=, and STOPPING=1.
 */
@Component(service = Systemd.class, immediate = true)
public final class Systemd implements FrameworkListener, SynchronousBundleListener, Watchdog {

    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String TIMEOUT = "WATCHDOG_USEC";
    private static final String PID = "WATCHDOG_PID";
    private static final int PER_TIMEOUT = 4;
    private static final Duration SHORTEST = Feeder.TURN.multipliedBy(PER_TIMEOUT);

    private final BundleContext context;
    private final Supervisor supervisor;
    private final Logger log;
    private final NotifySocket socket; // null: nobody wants to hear
    private final Duration timeout; // zero: systemd does not watch
    private Feeder.Place place; // guarded by this
    private ServiceRegistration<?> registration; // guarded by this
    private boolean closed; // guarded by this

    @Activate
    public Systemd(
            BundleContext context,
            @Reference Supervisor supervisor,
            @Reference LinuxSockets sockets,
            @Reference LinuxMemory memory,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(context, supervisor, sockets, memory, System.getenv(), ProcessHandle.current(), log);
    }

    Systemd(
            BundleContext context,
            Supervisor supervisor,
            LinuxSockets sockets,
            LinuxMemory memory,
            Map<String, String> environment,
            ProcessHandle self,
            Logger log) {
        this.context = context;
        this.supervisor = supervisor;
        this.log = log;
        this.socket = open(environment.get(SOCKET), sockets, memory);
        this.timeout = socket == null ? Duration.ZERO : timeout(environment, self);
        if (socket != null) {
            context.addFrameworkListener(this);
            context.addBundleListener(this);
            if (context.getBundle(0).getState() == Bundle.ACTIVE) {
                ready(); // this bundle was updated; to say it twice does no harm
            }
        }
    }

    private NotifySocket open(String name, LinuxSockets sockets, LinuxMemory memory) {
        if (name == null) {
            return null;
        }
        try {
            return new NotifySocket(name, sockets, memory);
        } catch (IOException e) {
            log.error("systemd cannot be told anything: {}", e.getMessage());
            return null;
        }
    }

    /** What bin/callgate was given is ours too: the process that systemd knows is its, and we are its child. */
    private Duration timeout(Map<String, String> environment, ProcessHandle self) {
        String micros = environment.get(TIMEOUT);
        if (micros == null) {
            return Duration.ZERO;
        }
        String pid = environment.get(PID);
        boolean ours = pid == null;
        for (Optional<ProcessHandle> each = Optional.of(self);
                each.isPresent() && !ours;
                each = each.get().parent()) {
            ours = pid.equals(Long.toString(each.get().pid()));
        }
        try {
            return ours ? Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1000)) : Duration.ZERO;
        } catch (NumberFormatException | ArithmeticException e) {
            log.error("{} is \"{}\", which is no number of microseconds; systemd is not told", TIMEOUT, micros);
            return Duration.ZERO;
        }
    }

    @Override
    public void frameworkEvent(FrameworkEvent event) {
        if (event.getType() == FrameworkEvent.STARTED) {
            ready();
        }
    }

    /** Before anything is stopped. */
    @Override
    public void bundleChanged(BundleEvent event) {
        if (event.getBundle().getBundleId() == 0 && event.getType() == BundleEvent.STOPPING) {
            say("STOPPING=1");
        }
    }

    private synchronized void ready() {
        if (closed || place != null) {
            return;
        }
        String safe = supervisor.isSafeMode() ? "\nSTATUS=safe mode: " + supervisor.safeMode() : "";
        say("READY=1" + safe);
        if (!timeout.isZero()) {
            place = supervisor.feed("systemd's watchdog", socket, timeout.dividedBy(PER_TIMEOUT));
            Dictionary<String, Object> properties = new Hashtable<>();
            properties.put(ResourceStatus.NAME, SYSTEMD);
            properties.put(WatchdogDevice.IDENTITY, SYSTEMD);
            registration = context.registerService(Watchdog.class, this, properties);
            log.info("systemd restarts this gateway {} ms after the last sign of life", timeout.toMillis());
            if (timeout.compareTo(SHORTEST) < 0) {
                log.warn(
                        "WatchdogSec is {} ms, and signs of life are given every {} ms at most: make it {} s or more",
                        timeout.toMillis(),
                        Feeder.TURN.toMillis(),
                        SHORTEST.toSeconds());
            }
        }
    }

    private void say(String message) {
        try {
            socket.send(message);
        } catch (IOException e) {
            log.error(
                    "systemd cannot be told {}: {}", message.lines().findFirst().orElse(""), e.getMessage());
        }
    }

    /** Feeding ends; systemd waits its timeout for a successor. */
    @Deactivate
    public void close() {
        if (socket == null) {
            return;
        }
        context.removeFrameworkListener(this);
        context.removeBundleListener(this);
        synchronized (this) {
            closed = true; // a framework event may still be on its way
            if (place != null) {
                registration.unregister();
                supervisor.end(place);
            }
        }
        socket.close();
    }

    @Override
    public String name() {
        return SYSTEMD;
    }

    @Override
    public String identity() {
        return SYSTEMD;
    }

    @Override
    public boolean isArmed() {
        return true;
    }

    @Override
    public void arm() {
        // It is: it was systemd that armed it.
    }

    @Override
    public void disarm() {
        throw new IllegalStateException("systemd's watchdog is the unit's: set WatchdogSec=0 there, and restart it");
    }

    @Override
    public Duration timeout() {
        return timeout;
    }

    @Override
    public Optional<WatchdogDriver> driver() {
        return Optional.empty();
    }
}
