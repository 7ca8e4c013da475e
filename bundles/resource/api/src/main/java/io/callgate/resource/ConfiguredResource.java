// SPDX-License-Identifier: Apache-2.0
package io.callgate.resource;

import io.callgate.resource.ResourceStatus.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.log.Logger;

/**
 * The life of a configured resource: waiting, live, handover, gone. A component makes one when it is activated, tells
 * it what happens, and closes it when it is deactivated; this registers and unregisters the services, and logs every
 * change of state once.
 *
 * <p>One that comes and goes too often is held back, by the gateway's {@link Damping}: it waits, says so, and its service
 * comes when it has stayed for a while. Whoever made the resource need not know. What happens meanwhile is logged at DEBUG.
 *
 * <p>Thread safe. Services are registered and unregistered on the caller's thread, one change after the other, so who
 * changes the state must hold no lock that a service listener could want. Who only looks ({@link #status},
 * {@link #awaitLive}) never waits for a change, nor for whom that change calls.
 */
public final class ConfiguredResource implements AutoCloseable {

    private final BundleContext context;
    private final Logger log;
    private final String pid;
    private final String name;
    private final Status status = new Status();
    private final ServiceRegistration<ResourceStatus> statusRegistration;

    private final Lock changing = new ReentrantLock(); // held while services come and leave
    private ServiceRegistration<?> registration; // guarded by changing
    private Supplier<ServiceRegistration<?>> held; // guarded by changing: what will be registered when it has settled
    private boolean flapping; // guarded by changing: it was held back, and has not settled since
    private final Settling settling;

    private final Object news = new Object(); // guards a change of the next two; held for no call to anybody
    private volatile Moment moment = new Moment(ResourceState.WAITING, "", Instant.now());
    private volatile boolean closed;

    /**
     * Begins in {@link ResourceState#WAITING}.
     *
     * @param context of the component's bundle
     * @param configuration the component's properties, with {@code service.pid}
     */
    public ConfiguredResource(BundleContext context, Map<String, ?> configuration, Logger log) {
        this.context = context;
        this.log = log;
        this.pid = pid(configuration);
        this.name = name(configuration);
        this.settling = new Settling(context, this::settled);
        this.statusRegistration = context.registerService(ResourceStatus.class, status, statusProperties());
    }

    /** The NAME of a configuration {@code PID~NAME}; the whole PID of one that is not of a factory. */
    public static String name(Map<String, ?> configuration) {
        String pid = pid(configuration);
        return pid.substring(pid.indexOf('~') + 1);
    }

    private static String pid(Map<String, ?> configuration) {
        Object pid = configuration.get("service.pid");
        if (pid instanceof String[] pids && pids.length > 0) {
            return pids[pids.length - 1];
        }
        if (pid instanceof String one) {
            return one;
        }
        throw new IllegalArgumentException("a configured resource needs its service.pid, there is " + pid);
    }

    /** How it is now; the same object for ever. */
    public ResourceStatus status() {
        return status;
    }

    /** No service; {@code reason} says what it waits for and what mends it. */
    public void waiting(String reason) {
        absent(ResourceState.WAITING, reason);
    }

    /** The kernel took it away: no service, until it is waiting or live again. */
    public void gone(String reason) {
        absent(ResourceState.GONE, reason);
    }

    private void absent(ResourceState state, String reason) {
        changing.lock();
        try {
            leave();
            to(state, reason);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Registers its service with {@value ResourceStatus#NAME}; keeps the registration if it has one (handover). Waits with
     * that, if it has come too often of late.
     */
    public <S> void live(Class<S> type, S service) {
        live(type, service, Map.of());
    }

    /** As {@link #live(Class, Object)}, with more service properties. */
    public <S> void live(Class<S> type, S service, Map<String, ?> properties) {
        Hashtable<String, Object> all = new Hashtable<>(properties);
        all.put(ResourceStatus.NAME, name);
        all.put(ResourceStatus.PID, pid);
        changing.lock();
        try {
            if (closed) {
                return;
            }
            if (registration != null) {
                registration.setProperties(all);
                to(ResourceState.LIVE, "");
                return;
            }
            boolean comes = held == null;
            held = () -> context.registerService(type, service, all);
            if (comes) {
                settling.comes().ifPresentOrElse(this::hold, this::register);
            }
        } finally {
            changing.unlock();
        }
    }

    /** Under the lock. */
    private void hold(String why) {
        to(ResourceState.WAITING, why);
        flapping = true;
    }

    /** Under the lock. */
    private void register() {
        registration = held.get();
        held = null;
        flapping = false;
        to(ResourceState.LIVE, "");
    }

    /** It has stayed. */
    private void settled() {
        changing.lock();
        try {
            if (!closed && held != null) {
                register();
            }
        } finally {
            changing.unlock();
        }
    }

    /** The service stays registered, its calls wait in {@link #awaitLive}. Only a live resource can hand over. */
    public void handover(String reason) {
        changing.lock();
        try {
            if (closed) {
                return;
            }
            if (held != null) { // there is no service yet that could wait
                leave();
                to(ResourceState.WAITING, reason);
                return;
            }
            if (registration == null) {
                throw new IllegalStateException(name + " is " + moment.state() + ": only a live resource hands over");
            }
            to(ResourceState.HANDOVER, reason);
        } finally {
            changing.unlock();
        }
    }

    /**
     * Waits while the resource hands over.
     *
     * @param limit how long at most
     * @return true if it is live now
     */
    public boolean awaitLive(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (news) {
            while (moment.state() == ResourceState.HANDOVER && !closed) {
                long left = (end - System.nanoTime() + 999_999) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                news.wait(left);
            }
            return moment.state() == ResourceState.LIVE && !closed;
        }
    }

    /** Unregisters everything. Does nothing the second time. */
    @Override
    public void close() {
        changing.lock();
        try {
            if (closed) {
                return;
            }
            synchronized (news) {
                closed = true;
                news.notifyAll();
            }
            leave();
            statusRegistration.unregister();
        } finally {
            changing.unlock();
        }
    }

    private void to(ResourceState state, String reason) {
        if (closed || moment.state() == state && moment.reason().equals(reason)) {
            return;
        }
        synchronized (news) {
            moment = new Moment(state, reason, Instant.now());
            news.notifyAll();
        }
        statusRegistration.setProperties(statusProperties());
        String because = reason.isEmpty() ? "" : ": " + reason;
        if (flapping) {
            log.debug("{} is {}{}", name, lower(state), because);
        } else {
            log.info("{} is {}{}", name, lower(state), because);
        }
    }

    /** Under the lock. */
    private void leave() {
        held = null;
        settling.goes();
        ServiceRegistration<?> leaving = registration;
        registration = null;
        if (leaving != null) {
            leaving.unregister();
        }
    }

    private Dictionary<String, Object> statusProperties() {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put(ResourceStatus.NAME, name);
        properties.put(ResourceStatus.PID, pid);
        properties.put(ResourceStatus.STATE, lower(moment.state()));
        return properties;
    }

    private static String lower(ResourceState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private final class Status implements ResourceStatus {

        @Override
        public String name() {
            return name;
        }

        @Override
        public String pid() {
            return pid;
        }

        @Override
        public Moment now() {
            return moment;
        }

        @Override
        public ResourceState state() {
            return moment.state();
        }

        @Override
        public String reason() {
            return moment.reason();
        }

        @Override
        public Instant since() {
            return moment.since();
        }
    }
}
