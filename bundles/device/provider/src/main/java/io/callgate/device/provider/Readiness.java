// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.Device;
import io.callgate.device.provider.ReadyListeners.Told;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.osgi.service.log.Logger;

/**
 * Waits for one device as long as somebody listens. When it is ready the waiting ends, the listeners are called, and the
 * waiting begins anew when the last of them has returned: what nobody has read yet does not spin the loop.
 *
 * <p>Everything happens on the event loop's thread, but {@link #close}.
 */
final class Readiness implements AutoCloseable {

    /** A device in error stays so: nobody is called without end. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final int TROUBLE = Ready.ERR | Ready.HUP;

    private final Device device;
    private final EventLoop loop;
    private final Logger log;
    private final Supplier<Collection<Told>> listeners;
    private final Set<Told> called = new HashSet<>(); // those that have not returned
    private final AtomicReference<EventLoop.Registration> waiting = new AtomicReference<>();
    private boolean trouble;
    private boolean refused;
    private volatile boolean closed;

    /** @param listeners who wants this device now */
    Readiness(Device device, EventLoop loop, Logger log, Supplier<Collection<Told>> listeners) {
        this.device = device;
        this.loop = loop;
        this.log = log;
        this.listeners = listeners;
    }

    /** Somebody has come. */
    void listenersChanged() {
        loop.execute(this::begin);
    }

    /** Somebody has left, and will not return from a call that waited. */
    void left(Told leaving) {
        loop.execute(() -> returned(leaving));
    }

    private void returned(Told from) {
        called.remove(from);
        begin();
    }

    /** Waits for what is wanted now, unless listeners are being called. */
    private void begin() {
        if (!called.isEmpty() || closed) {
            return;
        }
        end();
        int events = 0;
        for (Told each : listeners.get()) {
            events |= each.events();
        }
        if (events == 0) {
            return;
        }
        try {
            int wanted = events;
            keep(
                    trouble
                            ? loop.timer(PAUSE, Duration.ZERO, late -> again())
                            : loop.watch(device.fd(), wanted, this::ready));
        } catch (IOException e) {
            if (!refused && !closed) {
                refused = true;
                log.warn("{} cannot be waited for, its listeners are not called: {}", device.name(), e.getMessage());
            }
        }
    }

    private void again() {
        trouble = false;
        begin();
    }

    private void keep(EventLoop.Registration registration) {
        waiting.set(registration);
        if (closed) {
            end();
        }
    }

    private void ready(int bits) {
        end();
        trouble = (bits & TROUBLE) != 0;
        List<Told> wanting = listeners.get().stream()
                .filter(each -> (bits & (each.events() | TROUBLE)) != 0)
                .toList();
        called.addAll(wanting);
        wanting.forEach(each -> call(each, bits));
        begin();
    }

    private void call(Told each, int bits) {
        boolean offered = each.lane().offer(() -> {
            try {
                each.listener().ready(device, bits);
            } finally {
                if (!closed) {
                    loop.execute(() -> returned(each));
                }
            }
        });
        if (!offered) {
            called.remove(each); // it has left meanwhile
        }
    }

    private void end() {
        EventLoop.Registration registration = waiting.getAndSet(null);
        if (registration != null) {
            registration.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        end();
    }
}
