// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.EventLoop;
import io.callgate.resource.Dispatcher;
import io.callgate.sysfs.GoneException;
import io.callgate.sysfs.Sensor;
import io.callgate.sysfs.Value;
import java.io.IOException;
import java.time.Duration;
import org.osgi.service.log.Logger;

/** Reads one sensor again and again, in a blocking lane of its own, and lets the listeners know. */
final class SensorPoll {

    private final Sensor sensor;
    private final Subject subject;
    private final ValueListeners listeners;
    private final EventLoop loop;
    private final Logger log;
    private final Dispatcher.Lane lane;
    private final Request read;
    private final Registrations timer = new Registrations();
    private Duration interval = Duration.ZERO;
    private boolean begun; // of the lane
    private boolean troubled; // of the lane
    private volatile boolean ended;

    SensorPoll(
            Sensor sensor,
            Subject subject,
            ValueListeners listeners,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log) {
        this.sensor = sensor;
        this.subject = subject;
        this.listeners = listeners;
        this.loop = loop;
        this.log = log;
        this.lane = dispatcher.blockingLane("sensor " + subject.name(), 2);
        this.read = new Request(lane, this::read);
    }

    /** Reads it so often from now on, the first time at once. Not thread safe. */
    void every(Duration next) {
        if (next.equals(interval)) {
            return;
        }
        interval = next;
        timer.end();
        try {
            timer.keep(loop.timer(Duration.ZERO, next, late -> read.ask()));
        } catch (IOException e) {
            log.warn("{} is not read for its listeners: {}", subject.name(), e.getMessage());
        }
    }

    private void read() {
        try {
            tell(sensor.read());
            if (troubled) {
                troubled = false;
                log.info("{} can be read again", subject.name());
            }
        } catch (GoneException e) {
            log.debug("{}", e.getMessage()); // its service leaves, and this ends
        } catch (IOException e) {
            if (!troubled) {
                troubled = true;
                log.warn("{} cannot be read, its last value stands: {}", subject.name(), e.getMessage());
            }
        }
    }

    private void tell(Value value) {
        if (begun) {
            listeners.value(subject, this, value, 0);
            return;
        }
        begun = true;
        listeners.begin(subject, this, value, 0);
        if (ended) { // while the driver was asked
            listeners.forget(subject, this);
        }
    }

    /** The sensor has gone: who listened is told. */
    void gone(String reason) {
        end();
        listeners.gone(subject, reason);
    }

    /** Nobody listens any more. */
    void forget() {
        end();
        listeners.forget(subject, this);
    }

    private void end() {
        ended = true;
        timer.close();
        lane.close();
    }
}
