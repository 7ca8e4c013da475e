// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Inotify;
import io.callgate.linux.Inotify.Event;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches the deploy folder, the one above it for the case that it is made anew, and the folders that links of it point
 * into. A file counts when its writer closes it, when it is moved here, and when a link to it is made: that raises only
 * IN_CREATE, as the birth of a file that is yet to be written does, which is no news.
 *
 * <p>Where the kernel has no watch left for us, the folder is looked at every {@link #RESCAN}, and a watch asked for again.
 *
 * <p>Lives as long as the door it was opened through; the deployer lives longer. Confined to the agenda's thread, except
 * {@link #close}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
final class FolderWatch implements AutoCloseable {

    static final Duration RESCAN = Duration.ofSeconds(5);

    private static final int COMPLETE = Inotify.CLOSE_WRITE | Inotify.MOVED_TO;
    private static final int GONE = Inotify.DELETE | Inotify.MOVED_FROM;

    /** One mask for all: adding a folder that is watched already, for another reason, would replace what it had. */
    private static final int ALL = COMPLETE | GONE | Inotify.CREATE;

    /** What a link stands for: a name in a watched folder. */
    private record Target(int watch, String name) {}

    private final LinuxWaiting waiting;
    private final EventLoop loop;
    private final Agenda agenda;
    private final Deployer deployer;
    private final Journal journal;
    private final Path folder;
    private final Map<String, Target> links = new HashMap<>();
    private int parentWatch = -1;
    private int folderWatch = -1;
    private Inotify inotify;
    private EventLoop.Registration registration;
    private String problem;
    private volatile boolean closed;

    FolderWatch(LinuxWaiting waiting, EventLoop loop, Agenda agenda, Deployer deployer, Journal journal) {
        this.waiting = waiting;
        this.loop = loop;
        this.agenda = agenda;
        this.deployer = deployer;
        this.journal = journal;
        this.folder = deployer.folder();
    }

    /** Begins soon, and has the deployer look at what is there already. */
    void open() {
        agenda.execute(() -> {
            makeFolder();
            begin();
        });
    }

    private void begin() {
        if (closed) {
            return;
        }
        try {
            openInotify();
            watchFolder();
        } catch (IOException e) {
            lookNowAndThen(e);
        }
    }

    /** Without events: until there are some, everything is looked at again and again. */
    private void lookNowAndThen(IOException e) {
        if (closed) {
            return;
        }
        release();
        links.clear();
        if (!String.valueOf(e.getMessage()).equals(problem)) {
            problem = String.valueOf(e.getMessage());
            journal.warn("cannot watch " + folder + " (" + problem + "): looking there every " + RESCAN.toSeconds()
                    + " s instead; raise fs.inotify.max_user_watches and max_user_instances (sysctl)");
        }
        deployer.rescan();
        agenda.after(RESCAN, this::begin);
    }

    private void makeFolder() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            journal.warn("cannot make " + folder + " (" + Fleet.reason(e) + "): nothing is deployed until it is there;"
                    + " make the data folder writable, or the folder in it");
        }
    }

    private synchronized void openInotify() throws IOException {
        if (closed) {
            throw new IOException("the door has gone");
        }
        Inotify opened = waiting.inotify();
        inotify = opened;
        parentWatch = opened.add(folder.getParent(), ALL);
        registration = loop.watch(opened.fd(), Ready.IN, ready -> read(opened));
    }

    /** On the loop's thread: takes what there is and hands it on. */
    private void read(Inotify from) throws IOException {
        long now = agenda.nanoTime();
        List<Event> events = from.read();
        agenda.execute(() -> events.forEach(event -> {
            if (!closed && from == inotify) {
                happened(event, now);
            }
        }));
    }

    private void happened(Event event, long nanos) {
        if (event.is(Inotify.Q_OVERFLOW)) {
            journal.info("so much happened in " + folder + " that events were lost: looking at all of it");
            deployer.rescan();
        } else if (event.watch() != folderWatch) {
            outside(event, nanos);
        } else if (event.is(Inotify.IGNORED)) {
            folderWatch = -1;
        } else if (!event.is(Inotify.ISDIR) && !event.name().isEmpty()) {
            inFolder(event, nanos);
        }
    }

    /** In the folder above, or in one that a link points into, or in one that is both. */
    private void outside(Event event, long nanos) {
        boolean isFolder = event.watch() == parentWatch
                && event.name().equals(folder.getFileName().toString());
        if (isFolder && event.is(GONE | Inotify.CREATE | Inotify.MOVED_TO)) {
            try {
                watchFolder();
            } catch (IOException e) {
                lookNowAndThen(e);
            }
        } else if (event.is(COMPLETE)) {
            links.forEach((link, target) -> {
                if (target.watch() == event.watch() && target.name().equals(event.name())) {
                    deployer.changed(link, nanos);
                }
            });
        }
    }

    private void inFolder(Event event, long nanos) {
        if (event.is(GONE)) {
            unfollow(event.name());
            deployer.gone(event.name());
        } else if (event.is(COMPLETE) || isLink(event.name())) {
            follow(event.name());
            deployer.changed(event.name(), nanos);
        }
    }

    /** A symbolic link, or a further name of a file: nobody writes there, so no close will come. */
    private boolean isLink(String name) {
        Path file = folder.resolve(name);
        try {
            return Files.isSymbolicLink(file) || (Integer) Files.getAttribute(file, "unix:nlink") > 1;
        } catch (IOException e) {
            journal.debug(file + " went as it came: " + e.getMessage());
            return false;
        }
    }

    /** The folder is new, or another, or gone. */
    private void watchFolder() throws IOException {
        if (folderWatch >= 0) {
            end(folderWatch);
            folderWatch = -1;
        }
        if (Files.isDirectory(folder)) {
            folderWatch = inotify.add(folder, ALL);
            followAll();
            problem = null;
            journal.info("watching " + folder);
        } else {
            journal.warn(
                    folder + " is gone: so is what was deployed, unless it is back at once; make it again to deploy");
        }
        deployer.rescan();
    }

    private void end(int watch) {
        try {
            inotify.remove(watch);
        } catch (IOException e) {
            journal.debug("the old watch went by itself: " + e.getMessage());
        }
    }

    private void followAll() throws IOException {
        List.copyOf(links.keySet()).forEach(this::unfollow);
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isSymbolicLink)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        names.forEach(this::follow);
    }

    /** What a link points to may be built again there: the link itself says nothing about that. */
    private void follow(String name) {
        Path file = folder.resolve(name);
        unfollow(name);
        if (!Files.isSymbolicLink(file)) {
            return;
        }
        try {
            Path target = file.toRealPath();
            if (!target.getParent().equals(folder.toRealPath())) {
                int watch = inotify.add(target.getParent(), ALL);
                links.put(name, new Target(watch, target.getFileName().toString()));
            }
        } catch (IOException e) {
            journal.debug("what " + file + " points to is not watched: " + e.getMessage());
        }
    }

    /** The folder that a link pointed into is watched no longer than anything points there. */
    private void unfollow(String name) {
        Target left = links.remove(name);
        boolean isNeeded = left == null
                || left.watch() == parentWatch
                || links.values().stream().anyMatch(target -> target.watch() == left.watch());
        if (!isNeeded) {
            end(left.watch());
        }
    }

    /** Ends it; by any thread, also when the door is already on its way out. */
    @Override
    public void close() {
        closed = true;
        release();
    }

    private synchronized void release() {
        try {
            if (registration != null) {
                registration.close();
            }
            if (inotify != null) {
                inotify.close();
            }
        } catch (RuntimeException e) {
            journal.debug("the door closed the watch of " + folder + " itself: " + e.getMessage());
        }
        registration = null;
        folderWatch = -1;
    }
}
