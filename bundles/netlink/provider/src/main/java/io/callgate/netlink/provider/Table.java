// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.KeptHandles;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.Netlink;
import io.callgate.netlink.NetlinkListener;
import io.callgate.netlink.NetlinkSettings;
import io.callgate.netlink.NetworkEntry;
import io.callgate.netlink.Rtnetlink.Selection;
import io.callgate.resource.Dispatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.log.Logger;

/**
 * One of the kernel's tables, kept true while somebody follows it.
 *
 * <p>The socket listens before the first list is asked for, and what it hears meanwhile is applied to the list when that is there: so
 * there is no gap, only perhaps something told twice, which changes nothing. When events were lost, or the kernel does not say what an
 * event changed, the table is listed again, and those who follow are told the difference.
 *
 * <p>Its state belongs to the event loop's thread, except where it says otherwise. Lists are asked for in a lane for what blocks.
 */
final class Table<T extends NetworkEntry> implements NetlinkListener {

    /** Events that may wait for a list; more are a loss, and another list. */
    private static final int MOST_WAITING = 100_000;

    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final String UNTOLD = "untold";
    private static final String HEIRS = "listeners";

    /** What a table is made of. */
    record Surroundings(
            Door door,
            NetlinkSettings settings,
            KeptHandles handles,
            Dispatcher dispatcher,
            Lister lister,
            History history,
            Logger log) {}

    /** Whether tables were followed before, since the gateway was started. It is on a disk: asked and told in the lane only. */
    interface History {

        boolean hasPredecessor(String table) throws IOException;

        void begins(String table) throws IOException;

        /** Nobody follows it any more: there is nothing to be missed. */
        void ends(String table) throws IOException;
    }

    /** What the history is to be told with the next list. */
    private enum Note {
        NOTHING,
        TAKEN_OVER,
        BEGUN
    }

    /** Asks the kernel. */
    @FunctionalInterface
    interface Lister {
        <E extends NetworkEntry> List<E> list(Kind<E> kind, Selection which) throws IOException;
    }

    /** An event that came while the list was on its way. */
    private record Waiting<T>(T entry, boolean gone) {}

    private final Class<T> type;
    private final Kind<T> kind; // for events
    private final Kind<T> listed; // for lists, which another thread reads
    private final Surroundings around;
    private final Dispatcher.Lane lane;
    private final List<Mailbox<T>> mailboxes = new CopyOnWriteArrayList<>(); // read by others
    private final Map<Object, T> entries = new LinkedHashMap<>();
    private final List<Waiting<T>> meanwhile = new ArrayList<>();
    private List<Waiting<T>> inherited; // all since the socket was taken over, for a while; null otherwise
    private Set<Long> heirs = Set.of(); // ids of those who listened to our predecessor
    private boolean interrupted; // our predecessor's socket has not come down to us
    private boolean known; // there was a list
    private Note note = Note.NOTHING;
    private volatile boolean listing; // one is on its way
    private boolean again; // it will not be enough
    private boolean lossToTell;
    private long untold; // by our predecessor
    private EventLoop.Registration retry;
    private String said = ""; // of the trouble there is
    private volatile long untoldToLeave; // by us
    private volatile String ids = ""; // of those whom we have told

    /** Written on the loop, and by {@link #leave} when nothing comes from there any more. */
    private volatile SocketSubscription subscription;

    private boolean paused; // guarded by this

    private volatile boolean ended;

    Table(Class<T> type, Surroundings around) {
        this.type = type;
        this.kind = Kind.of(type);
        this.listed = Kind.of(type);
        this.around = around;
        this.lane = around.dispatcher.blockingLane("netlink table of " + name(), 16);
    }

    private String name() {
        return type.getSimpleName();
    }

    /** From any thread: a listener that gets the list and then what changes. */
    void add(Mailbox<T> mailbox) {
        around.door.loop().execute(() -> welcome(mailbox));
    }

    /** From any thread. */
    void remove(Mailbox<T> mailbox) {
        mailbox.close();
        if (!ended) {
            around.door.loop().execute(() -> farewell(mailbox));
        }
    }

    private void welcome(Mailbox<T> mailbox) {
        if (ended) {
            return;
        }
        mailboxes.add(mailbox);
        if (known) {
            begin(mailbox, inherited == null ? 0 : inherited.size());
        } else if (subscription == null && retry == null) {
            begin();
        }
    }

    /** Tells one who comes what there is and, if it listened to our predecessor, what happened before that. */
    private void begin(Mailbox<T> mailbox, int events) {
        boolean heir = heirs.contains(mailbox.id());
        if (heir && untold > 0) {
            mailbox.overrun(untold);
        } else if (interrupted && mailbox.id() != Mailbox.UNKNOWN) {
            mailbox.overrun(0);
        }
        mailbox.existing(entries.values());
        if (heir && inherited != null) {
            for (Waiting<T> event : inherited.subList(0, events)) {
                mailbox.changed(event.entry, event.gone ? null : event.entry, entries.values());
            }
        }
    }

    /** The last to go takes the socket with it, unless it is on its way to our successor. */
    private void farewell(Mailbox<T> mailbox) {
        mailboxes.remove(mailbox);
        if (mailboxes.isEmpty() && retry != null) {
            retry.close();
            retry = null;
        }
        if (mailboxes.isEmpty() && subscription != null && !ended && !isPaused()) {
            subscription.close();
            subscription = null;
            lane.offer(() -> around.history.ends(name()));
            note = Note.NOTHING;
            known = false;
            entries.clear();
            meanwhile.clear();
        }
    }

    private void begin() {
        try {
            subscription = takenOver().orElse(null);
            if (subscription == null) {
                subscription = subscribed();
                note = Note.BEGUN;
            } else {
                note = Note.TAKEN_OVER;
                subscription.drainAll();
                meanwhile.clear(); // older than the list
            }
            list();
        } catch (IOException e) {
            say("followed", e);
            later(this::begin);
        }
    }

    private SocketSubscription subscribed() throws IOException {
        NetlinkSocket socket = NetlinkSocket.open(around.door, Netlink.ROUTE, around.settings);
        try {
            for (int group : kind.groups()) {
                socket.join(group);
            }
            for (int group : kind.relatedGroups()) {
                socket.join(group);
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new SocketSubscription(around.door, socket, this, closed -> {});
    }

    private KeptHandles.Key key() {
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                "namespace", around.settings.namespace().map(Object::toString).orElse(""));
        settings.put("buffer", Integer.toString(around.settings.receiveBuffer()));
        return new KeptHandles.Key("netlink:" + name(), settings);
    }

    /** The socket of the version before this: what happened since then waits in it. */
    private Optional<SocketSubscription> takenOver() throws IOException {
        Optional<KeptHandles.Kept> kept = around.handles.take(key());
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        untold = Long.parseLong(kept.get().state().getOrDefault(UNTOLD, "0"));
        NetlinkSocket socket = NetlinkSocket.kept(around.door, kept.get().fd());
        heirs = Stream.of(kept.get().state().getOrDefault(HEIRS, "").split(" "))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .collect(Collectors.toSet());
        inherited = new ArrayList<>();
        forgetLater();
        return Optional.of(new SocketSubscription(around.door, socket, this, closed -> {}));
    }

    /** Who listened to our predecessor comes to us within the time of a handover, one after the other. */
    private void forgetLater() throws IOException {
        around.door.loop().timer(around.handles.handover(), Duration.ZERO, late -> {
            inherited = null;
            heirs = Set.of();
            interrupted = false;
        });
    }

    private void list() {
        if (listing) {
            again = true;
            return;
        }
        listing = true;
        again = false;
        Note noted = note;
        if (!lane.offer(() -> ask(noted))) {
            listing = false; // it is closed
        }
    }

    /** In the lane. The history is told last: a second attempt must not take the first for a predecessor. */
    private void ask(Note noted) {
        try {
            boolean missed = noted == Note.BEGUN && around.history.hasPredecessor(name());
            List<T> list = new ArrayList<>(around.lister.list(listed, Selection.ALL));
            list.removeIf(entry -> !listed.isFollowed(entry));
            if (noted != Note.NOTHING) {
                around.history.begins(name());
            }
            back(() -> apply(list, noted, missed));
        } catch (IOException e) {
            back(() -> notListed(e));
        }
    }

    /** To the loop. */
    private void back(Runnable task) {
        if (!ended) {
            around.door.loop().execute(task);
        }
    }

    private void notListed(IOException why) {
        listing = false;
        if (!ended && subscription != null) {
            say("listed", why);
            later(this::list);
        }
    }

    /** Once, however often it is tried. */
    private void say(String what, IOException why) {
        String trouble = what + ", trying again every second: " + why.getMessage();
        if (!trouble.equals(said)) {
            said = trouble;
            around.log.warn("{}s cannot be {}", name(), trouble);
        }
    }

    private void later(Runnable what) {
        try {
            retry = around.door.loop().timer(AGAIN, Duration.ZERO, late -> {
                retry = null;
                if (!ended && !mailboxes.isEmpty()) {
                    what.run();
                }
            });
        } catch (IOException e) {
            around.log.error("{}s are not followed any more", name(), e);
        }
    }

    private void apply(List<T> list, Note noted, boolean missed) {
        listing = false;
        said = "";
        if (ended || subscription == null) {
            return;
        }
        if (noted == note) {
            note = Note.NOTHING;
        }
        if (missed) {
            interrupt();
        }
        if (known) {
            difference(list);
        } else {
            first(list);
        }
        List<Waiting<T>> events = List.copyOf(meanwhile);
        meanwhile.clear();
        events.forEach(event -> change(event.entry, event.gone));
        if (again) {
            list();
        }
    }

    /** What happened since our predecessor is not known: who listened to it is told so. */
    private void interrupt() {
        try {
            forgetLater();
            interrupted = true;
        } catch (IOException e) {
            say("followed as before the update", e);
        }
    }

    private void first(List<T> list) {
        known = true;
        list.forEach(entry -> entries.put(entry.key(), entry));
        int events = inherited == null ? 0 : Math.max(0, inherited.size() - meanwhile.size());
        mailboxes.forEach(mailbox -> begin(mailbox, events));
        lossToTell = false;
    }

    private void difference(List<T> list) {
        if (lossToTell) {
            lossToTell = false;
            mailboxes.forEach(mailbox -> mailbox.overrun(0));
        }
        Map<Object, T> now = new LinkedHashMap<>();
        list.forEach(entry -> now.put(entry.key(), entry));
        for (T known : List.copyOf(entries.values())) {
            if (!now.containsKey(known.key())) {
                change(known, true);
            }
        }
        now.values().forEach(entry -> change(entry, false));
    }

    /** Tells who follows, if it is a change. */
    private void change(T entry, boolean gone) {
        T before = gone ? entries.remove(entry.key()) : entries.put(entry.key(), entry);
        if (gone ? before != null : !entry.equals(before)) {
            T now = gone ? null : entry;
            mailboxes.forEach(mailbox -> mailbox.changed(before, now, entries.values()));
        }
    }

    @Override
    public void event(MessageDecoder message) throws IOException {
        boolean gone = message.type() == kind.get() - 1;
        if (gone || message.type() == kind.get() - 2) {
            T entry = kind.parse(message);
            if (entry != null) {
                heard(entry, gone || !kind.isFollowed(entry));
            }
        }
        if (kind.needsListing(message)) {
            list();
        }
    }

    private void heard(T entry, boolean gone) {
        if (inherited != null && inherited.size() < MOST_WAITING) {
            inherited.add(new Waiting<>(entry, gone));
        }
        if (known && !listing) {
            change(entry, gone);
        } else if (meanwhile.size() < MOST_WAITING) {
            meanwhile.add(new Waiting<>(entry, gone));
        } else {
            meanwhile.clear();
            overrun();
        }
    }

    @Override
    public void overrun() {
        lossToTell = true;
        around.log.info(
                "The kernel dropped events of {}s, so they are listed again: CAP_NET_ADMIN, or a larger"
                        + " net.core.rmem_max, allows the buffer of {} bytes",
                name(),
                around.settings.receiveBuffer());
        list();
    }

    private synchronized boolean isPaused() {
        return paused;
    }

    /**
     * Stops reading, so that what happens from now on waits in the socket for our successor, and waits until all that was read has been
     * told. The first of those who leave calls it, as long as the listeners are there; a second call does nothing.
     */
    void handOver() {
        synchronized (this) {
            if (paused || subscription == null) {
                return;
            }
            paused = true;
        }
        subscription.pause();
        ids = mailboxes.stream().map(mailbox -> Long.toString(mailbox.id())).collect(Collectors.joining(" "));
        untoldToLeave = flushed() + (listing ? 1 : 0); // what waits for the list was read, too
    }

    private long flushed() {
        long left = 0;
        try {
            for (Mailbox<T> mailbox : mailboxes) {
                left += mailbox.flush(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            left++;
        }
        return left;
    }

    /** Ends it. @param keep whether the socket is left for a successor */
    void leave(boolean keep) {
        handOver();
        SocketSubscription leaving = subscription;
        ended = true;
        subscription = null;
        lane.close();
        mailboxes.forEach(Mailbox::close);
        if (leaving == null) {
            return;
        }
        if (keep) {
            Map<String, String> state = Map.of(UNTOLD, Long.toString(untoldToLeave), HEIRS, ids);
            KeptHandles.Policy policy = new KeptHandles.Policy(around.handles.handover(), List.of(), Optional.empty());
            around.handles.leave(key(), leaving.fd(), state, policy);
        } else {
            leaving.close();
        }
    }
}
