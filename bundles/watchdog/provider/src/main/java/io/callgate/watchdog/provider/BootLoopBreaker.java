// SPDX-License-Identifier: Apache-2.0
package io.callgate.watchdog.provider;

import io.callgate.watchdog.RebootHistory.Cause;
import io.callgate.watchdog.RebootHistory.Entry;
import io.callgate.watchdog.RebootHistory.Event;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.IntConsumer;
import org.osgi.service.log.Logger;

/**
 * Ends a loop of boots: when so many watchdog resets have come within so many minutes, the gateway is started in safe
 * mode, in which the launcher starts the platform alone. What was before an earlier safe mode does not count again, so
 * whoever restarts the gateway by hand gets it whole.
 *
 * <p>The decision falls before any application is started, and then this process ends at once: an orderly stop would
 * start them first.
 */
final class BootLoopBreaker {

    /** In the data folder: the launcher's word for safe mode; what is in it is the reason. */
    static final String MARKER = "safe-mode";

    private final int resets;
    private final Duration within;
    private final IntConsumer halt;
    private final Logger log;

    /** @param resets so many are a loop; 0: there is no such thing */
    BootLoopBreaker(int resets, Duration within, IntConsumer halt, Logger log) {
        this.resets = resets;
        this.within = within;
        this.halt = halt;
        this.log = log;
    }

    /** Looks at the history, whose last entry is of this boot. */
    void look(History history, Path data) {
        int found = count(history.entries(), history.now());
        if (resets == 0 || found < resets) {
            return;
        }
        String reason = found + " watchdog resets within " + within.toMinutes() + " min";
        history.append(Event.SAFE_MODE, Cause.WATCHDOG, reason);
        log.error("{}: the gateway is started again in safe mode, with the platform and its shell alone", reason);
        try (FileChannel marker = FileChannel.open(
                data.resolve(MARKER),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            marker.write(StandardCharsets.UTF_8.encode(reason + "\n"));
            marker.force(true);
        } catch (IOException e) {
            log.error("{} cannot be written: {}; the gateway goes on", data.resolve(MARKER), e.getMessage());
            return;
        }
        halt.accept(FrameworkRungs.RESTART);
    }

    private int count(List<Entry> entries, Instant now) {
        int found = 0;
        for (Entry entry : entries) {
            if (entry.event() == Event.SAFE_MODE) {
                found = 0;
            } else if (entry.event() == Event.BOOT && entry.cause() == Cause.WATCHDOG && near(entry.time(), now)) {
                found++;
            }
        }
        return found;
    }

    /** Either way: without a battery the clock of this boot may be behind that of the last one. */
    private boolean near(Instant then, Instant now) {
        return Duration.between(then, now).abs().compareTo(within) <= 0;
    }
}
