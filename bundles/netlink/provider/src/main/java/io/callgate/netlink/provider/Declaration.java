// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.EventLoop;
import io.callgate.netlink.Declared;
import io.callgate.netlink.EntryListener;
import io.callgate.netlink.Link;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetworkEntry;
import io.callgate.resource.ConfiguredResource;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.service.log.Logger;

/**
 * The life of something declared: made when it can be, put back when somebody takes it away, removed with its configuration if it was
 * made by it.
 *
 * <p>An event is only a reason to look; what is done follows from what the kernel has then. Looks are made in a lane for what blocks. After
 * it was put back the next look waits a second, so that two programs that want different things do not fight at full speed.
 */
final class Declaration implements Declared, EntryListener<NetworkEntry> {

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final ConfiguredResource resource;
    private final Wish wish;
    private final Ledger ledger;
    private final boolean restore;
    private final EventLoop loop;
    private final Logger log;
    private final Dispatcher.Lane lane;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<EventLoop.Registration> following = new ArrayList<>();
    private final AtomicBoolean ticking = new AtomicBoolean();
    private boolean wasThere; // in the lane
    private boolean prepared; // in the lane: what an older configuration made has gone
    private long pausedUntil; // in the lane
    private volatile NetworkEntry now;
    private volatile long restorations;
    private volatile boolean closed;

    Declaration(
            ConfiguredResource resource,
            Wish wish,
            Ledger ledger,
            boolean restore,
            EventLoop loop,
            Dispatcher dispatcher,
            Logger log) {
        this.resource = resource;
        this.wish = wish;
        this.ledger = ledger;
        this.restore = restore;
        this.loop = loop;
        this.log = log;
        this.lane = dispatcher.blockingLane("netlink " + resource.status().name(), 2);
    }

    /** Follows the links, and the table in which it stands; the first list is the first reason to look. */
    void begin(Tables tables) {
        following.add(tables.follow(Link.class, "", this));
        if (wish.kind() != Link.class) {
            following.add(tables.follow(wish.kind(), "", this));
        }
    }

    @Override
    public NetworkEntry now() {
        return now;
    }

    @Override
    public long restorations() {
        return restorations;
    }

    @Override
    public void existing(List<NetworkEntry> entries) {
        ask();
    }

    @Override
    public void added(NetworkEntry entry) {
        ask();
    }

    @Override
    public void changed(NetworkEntry before, NetworkEntry after) {
        ask();
    }

    @Override
    public void removed(NetworkEntry entry) {
        ask();
    }

    private void ask() {
        if (!closed && asked.compareAndSet(false, true) && !lane.offer(this::turn)) {
            asked.set(false);
        }
    }

    private void turn() {
        asked.set(false);
        if (pausedUntil > System.nanoTime()) {
            askIn(PAUSE);
            return;
        }
        try {
            prepare();
            settle();
        } catch (NetlinkException e) {
            resource.waiting(e.getMessage() + mend(e));
            askIn(AGAIN);
        } catch (IOException e) {
            resource.waiting(e.getMessage());
            askIn(AGAIN);
        }
    }

    private static String mend(NetlinkException e) {
        return e.is(Errno.EPERM) ? " (it needs CAP_NET_ADMIN: run as root, or give the unit AmbientCapabilities)" : "";
    }

    /** One tick at a time is on its way. */
    private void askIn(Duration delay) {
        if (closed || !ticking.compareAndSet(false, true)) {
            return;
        }
        try {
            loop.timer(delay, Duration.ZERO, late -> {
                ticking.set(false);
                ask();
            });
        } catch (IOException e) {
            ticking.set(false);
            log.warn(
                    "{} is looked at again with the next event only: {}",
                    resource.status().name(),
                    e.getMessage());
        }
    }

    /** What this configuration made when it was another goes first. */
    private void prepare() throws IOException {
        if (!prepared) {
            Map<String, String> made = ledger.made();
            if (!made.isEmpty() && !made.equals(wish.identity())) {
                wish.remove(made);
                ledger.forget();
            }
            prepared = true;
        }
    }

    private void settle() throws IOException {
        Wish.Look seen = wish.look();
        if (seen.state() == Wish.State.ABSENT || seen.state() == Wish.State.DIFFERENT) {
            if (wasThere && !restore) {
                resource.gone("somebody has taken it away or changed it, and restore is off");
                return;
            }
            make(seen);
            seen = wish.look();
        }
        switch (seen.state()) {
            case THERE -> {
                wasThere = true;
                now = seen.entry();
                resource.live(
                        Declared.class,
                        this,
                        Map.of(KIND, wish.kind().getSimpleName().toLowerCase(Locale.ROOT)));
            }
            case IMPOSSIBLE -> absent(seen.why());
            default -> {
                absent("the kernel has taken it, and does not show it as declared");
                askIn(AGAIN);
            }
        }
    }

    private void absent(String why) {
        if (wasThere) {
            resource.gone(why);
        } else {
            resource.waiting(why);
        }
    }

    private void make(Wish.Look seen) throws IOException {
        if (seen.state() == Wish.State.ABSENT) {
            ledger.remember(wish.identity());
        }
        try {
            wish.make(seen);
        } catch (IOException e) {
            forgetUnmade(e);
            throw e;
        }
        if (wasThere) {
            restorations++;
            pausedUntil = System.nanoTime() + PAUSE.toNanos();
            log.info(
                    "{} was taken away or changed, and is as declared again",
                    resource.status().name());
        }
    }

    /** What could not be made is not ours if somebody else makes it; a link may be there all the same, without its settings. */
    private void forgetUnmade(IOException why) {
        try {
            boolean others = why instanceof NetlinkException refused && refused.is(Errno.EEXIST);
            if (others || wish.look().entry() == null) {
                ledger.forget();
            }
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /** @param delete whether what was made goes, too */
    void close(boolean delete) {
        closed = true;
        following.forEach(EventLoop.Registration::close);
        lane.close();
        if (delete) {
            try {
                Map<String, String> made = ledger.made();
                if (!made.isEmpty()) {
                    wish.remove(made);
                }
                ledger.forget();
            } catch (IOException e) {
                log.warn(
                        "{} stays, since it could not be removed: {}",
                        resource.status().name(),
                        e.getMessage());
            }
        }
        resource.close();
    }
}
