// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;

/**
 * Remembers when each service was registered, which the framework does not. Thread safe; what was there before this
 * began is only known to be older.
 */
final class Since implements AllServiceListener, AutoCloseable {

    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final Map<Long, Instant> registered = new ConcurrentHashMap<>();
    private final BundleContext context;
    private final Clock clock;
    private final Instant begun;

    Since(BundleContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
        this.begun = clock.instant();
        context.addServiceListener(this);
    }

    @Override
    public void serviceChanged(ServiceEvent event) {
        Long id = (Long) event.getServiceReference().getProperty(Constants.SERVICE_ID);
        if (event.getType() == ServiceEvent.REGISTERED) {
            registered.put(id, clock.instant());
        } else if (event.getType() == ServiceEvent.UNREGISTERING) {
            registered.remove(id);
        }
    }

    /** For example {@code since 2026-11-22 16:30:02}. */
    String of(long serviceId) {
        Instant instant = registered.get(serviceId);
        return instant == null ? "since before " + format(begun) : "since " + format(instant);
    }

    static String format(Instant instant) {
        return FORMAT.format(instant.atZone(ZoneId.systemDefault()));
    }

    @Override
    public void close() {
        context.removeServiceListener(this);
    }
}
