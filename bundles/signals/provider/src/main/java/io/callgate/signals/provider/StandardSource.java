// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.Ready;
import io.callgate.signals.Signal;
import io.callgate.signals.SignalEvent;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A standard signal that is blocked: read on the event loop, told to all. */
final class StandardSource implements Source {

    /** Signals for one turn of the event loop; it calls again if there are more. */
    static final int BATCH = 64;

    private final SignalCalls calls;
    private final Fd signalfd;
    private final NativeBuffer info;
    private final AtomicLong heard = new AtomicLong();
    private final EventLoop.Registration watch;
    private volatile List<Hearer> hearers = List.of();

    StandardSource(Signal signal, SignalCalls calls, EventLoop loop, List<Hearer> hearers) throws IOException {
        this.calls = calls;
        this.hearers = hearers;
        this.info = calls.allocate();
        this.signalfd = calls.signalfd(signal);
        try {
            this.watch = loop.watch(signalfd, Ready.IN, bits -> read());
        } catch (IOException | RuntimeException e) {
            signalfd.close();
            throw e;
        }
    }

    private void read() throws IOException {
        for (int taken = 0; taken < BATCH && calls.read(signalfd, info); taken++) {
            heard.incrementAndGet();
            SignalEvent event = Siginfo.event(info.bytes());
            hearers.forEach(each -> each.offer(event));
        }
    }

    @Override
    public void hearers(List<Hearer> now) {
        hearers = now;
    }

    @Override
    public long heard() {
        return heard.get();
    }

    @Override
    public void close() {
        watch.close();
        signalfd.close();
    }
}
