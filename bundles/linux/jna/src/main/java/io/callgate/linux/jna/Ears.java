// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Announcement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.service.log.Logger;

/** Who hears every announcement, and what is kept for those who are to come. Used on the event loop's thread but for {@link #keep}. */
final class Ears {

    private final EpollLoop loop;
    private final Logger log;
    private final List<Ear> ears = new CopyOnWriteArrayList<>();

    Ears(EpollLoop loop, Logger log) {
        this.loop = loop;
        this.log = log;
    }

    HandlerFailures failures(String name) {
        return new HandlerFailures("A listener for announcements, " + name + ",", log);
    }

    Gate gate(String name) {
        return new Gate("A listener for announcements, " + name + ",", log);
    }

    /** Gets what was left to it, and from now on all. */
    void add(Ear ear) {
        for (Ear left : ears) {
            if (left.isLeftTo(ear)) {
                ears.remove(left);
                left.giveTo(ear);
            }
        }
        if (!ear.isClosed()) {
            ears.add(ear);
        }
        if (ear.isClosed()) { // meanwhile
            ears.remove(ear);
        }
    }

    void remove(Ear ear) {
        ears.remove(ear);
    }

    /** It is forgotten after a while. Any thread. */
    void keep(Ear left, Duration handover) {
        try {
            loop.timer(handover, Duration.ZERO, late -> ears.remove(left), ended -> {});
        } catch (IOException e) {
            ears.remove(left);
            log.warn("Announcements are not kept over an update: {}", e.getMessage());
        }
    }

    void announced(Announcement announcement) {
        tell(ear -> ear.announced(announcement));
    }

    void lost() {
        tell(Ear::lost);
    }

    private void tell(Consumer<Ear> news) {
        ears.forEach(news);
    }
}
