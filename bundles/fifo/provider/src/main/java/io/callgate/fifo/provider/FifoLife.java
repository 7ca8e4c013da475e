// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo.provider;

import io.callgate.fifo.Access;
import io.callgate.fifo.Fifo;
import io.callgate.fifo.Peer;
import io.callgate.linux.ClosedFdException;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.Ready;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.log.Logger;

/**
 * The life of one configured FIFO: makes and opens it, sees when somebody removes its node, tries again; looks for peers
 * where the kernel announces none. All work is done in a lane, one piece after the other.
 */
final class FifoLife {

    /** Between two looks at the node, and at a peer. */
    static final Duration LOOK = Duration.ofSeconds(1);

    /** Between two knocks at a FIFO that is written and has no reader: nobody announces one. */
    static final Duration KNOCK = Duration.ofMillis(100);

    /** In the state that a successor gets: whether there was a peer. */
    static final String PEER = "peer";

    /** What a life needs around it. */
    record Surroundings(Opener opener, KeptHandles handles, EventLoop loop, Dispatcher dispatcher, Logger log) {}

    private final ConfiguredResource resource;
    private final Settings settings;
    private final Feeder feeder;
    private final PeerState peer;
    private final Surroundings around;
    private final Dispatcher.Lane lane;
    private final AtomicReference<EventLoop.Registration> hangUp = new AtomicReference<>();
    private EventLoop.Registration looking = () -> {}; // of who begins and closes, as the next
    private EventLoop.Registration knocking = () -> {};
    private volatile boolean closed;

    private Opener.Opened opened; // of the lane, and of close() after it; null while there is none
    private Fd watched; // the end of which the hang-up is watched; of the lane, as the next
    private String trouble = ""; // that was said, and is not over

    FifoLife(ConfiguredResource resource, Settings settings, Feeder feeder, PeerState peer, Surroundings around) {
        this.resource = resource;
        this.settings = settings;
        this.feeder = feeder;
        this.peer = peer;
        this.around = around;
        this.lane = around.dispatcher.blockingLane("FIFO " + resource.status().name(), 1);
    }

    /** Opens it now, and looks from now on. */
    void begin() throws IOException {
        lane.offer(this::look);
        looking = around.loop.timer(LOOK, LOOK, late -> lane.offer(this::look));
        if (settings.access() == Access.WRITE) {
            knocking = around.loop.timer(KNOCK, KNOCK, late -> {
                if (peer.now() == Peer.ABSENT) {
                    lane.offer(this::knock);
                }
            });
        }
    }

    private void look() throws IOException {
        if (closed) {
            return;
        }
        if (opened == null) {
            open();
        } else {
            check();
        }
        knock();
    }

    private void check() throws IOException {
        Optional<FifoCalls.Node> there = around.opener.calls().node(settings.path());
        if (there.isEmpty() || !there.get().isSame(opened.node())) {
            lose(
                    there.isEmpty()
                            ? "was removed"
                            : "was replaced by " + there.get().what());
        }
    }

    private void open() {
        try {
            Opener.Opened next = around.opener.open(resource.status().name(), settings, peer);
            tryToWrite(next);
            opened = next;
            resource.live(
                    Fifo.class,
                    next.fifo(),
                    Map.of(
                            Fifo.PATH, settings.path().toString(),
                            Fifo.ACCESS, settings.access().word()));
            if (settings.access().reads()) {
                feeder.begin(next.fifo());
            }
        } catch (RefusedException e) {
            resource.waiting(e.getMessage());
        } catch (IOException e) {
            resource.waiting(e.getMessage() + ": tries again");
        }
    }

    /** A writing end is opened when somebody reads; what refuses it is known before anybody gets the service. */
    private void tryToWrite(Opener.Opened next) throws IOException {
        if (settings.access() != Access.WRITE) {
            return;
        }
        try {
            next.fifo().look();
        } catch (IOException | RuntimeException e) {
            close(next);
            peer.set(Peer.ABSENT);
            throw e;
        }
    }

    private void knock() throws IOException {
        if (closed || opened == null) {
            return;
        }
        try {
            opened.fifo().look();
            trouble = "";
            watchReader();
        } catch (RefusedException e) { // of the first opening of a writing end
            refuse(e.getMessage());
        } catch (ErrnoException e) {
            if (settings.access() == Access.WRITE) {
                refuse(e.getMessage() + ": tries again");
            } else {
                say(e.getMessage()); // what is in the pipe stays there
            }
        }
    }

    private void say(String what) {
        if (!trouble.equals(what)) {
            trouble = what;
            around.log.warn(
                    "{} cannot be read: {}: tries again", resource.status().name(), what);
        }
    }

    /** The end for writing tells at once when the last reader leaves. */
    private void watchReader() throws IOException {
        Optional<Fd> written = opened.fifo().writer().map(Writer::fd);
        if (settings.access() != Access.WRITE || written.isEmpty() || peer.now() != Peer.PRESENT) {
            return;
        }
        if (watched != written.get()) { // it was opened anew, and the watch has ended with the one before
            unwatchReader();
        }
        if (hangUp.get() != null) {
            return;
        }
        watched = written.get();
        try {
            hangUp.set(around.loop.watch(watched, 0, bits -> readerLeft(bits)));
        } catch (ClosedFdException e) {
            lane.offer(this::knock); // it was opened anew
        }
    }

    private void readerLeft(int bits) {
        unwatchReader();
        if ((bits & Ready.ERR) != 0) {
            peer.set(Peer.ABSENT);
        }
    }

    private void unwatchReader() {
        EventLoop.Registration registration = hangUp.getAndSet(null);
        if (registration != null) {
            registration.close();
        }
    }

    private void lose(String how) {
        drop();
        resource.gone(settings.path() + " " + how);
        open();
    }

    private void refuse(String reason) {
        drop();
        resource.waiting(reason);
    }

    private void drop() {
        feeder.end();
        unwatchReader();
        close(opened);
        opened = null;
        peer.set(Peer.ABSENT);
    }

    private static void close(Opener.Opened which) {
        which.fifo().end().ifPresent(Fd::close);
        which.close();
    }

    /**
     * Ends the service.
     *
     * @param release false to leave what is open to a successor, so that the peer notices nothing
     */
    void close(boolean release) {
        closed = true;
        looking.close();
        knocking.close();
        lane.close();
        feeder.end();
        unwatchReader();
        resource.close();
        if (opened == null) {
            return;
        }
        Optional<Fd> fd = opened.fifo().end();
        if (release) {
            fd.ifPresent(Fd::close);
        } else {
            fd.ifPresent(this::leave);
        }
        opened.close();
    }

    private void leave(Fd fd) {
        KeptHandles.Policy closing = new KeptHandles.Policy(around.handles.handover(), List.of(), Optional.empty());
        Map<String, String> state = new HashMap<>(opened.fifo().state());
        state.put(PEER, peer.now().name());
        around.handles.leave(opened.key(), fd, state, closing);
    }
}
