// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.CheckIn;
import io.callgate.watchdog.HealthProbe;
import java.time.Duration;

/** Asks one probe, on a thread of its own, and checks in for it when it says that all is well. */
final class Prober {

    private static final int PER_DEADLINE = 3;

    private final HealthProbe probe;
    private final CheckIn checkIn;
    private final Client client;

    private Prober(HealthProbe probe, CheckIn checkIn, Client client) {
        this.probe = probe;
        this.checkIn = checkIn;
        this.client = client;
    }

    /** Asks from now on. */
    static Pace.Running begin(Pace pace, HealthProbe probe, CheckIn checkIn, Client client) {
        Prober prober = new Prober(probe, checkIn, client);
        Duration interval = client.deadline().dividedBy(PER_DEADLINE);
        return pace.every("probe-" + client.id().name(), interval, now -> prober.ask());
    }

    private void ask() {
        try {
            probe.probe();
            client.trouble("");
            checkIn.alive();
        } catch (InterruptedException e) {
            client.trouble("interrupted"); // its service leaves, and with it this thread
        } catch (Exception | Error e) {
            client.trouble(e instanceof Exception && e.getMessage() != null ? e.getMessage() : e.toString());
        }
    }
}
