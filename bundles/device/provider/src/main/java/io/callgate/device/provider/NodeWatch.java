// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Inotify;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.Ready;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;

/**
 * Sees nodes come, go and change their mode, by one inotify for all: the kernel makes and removes nodes in devtmpfs and
 * devpts, and udev gives them their mode and links a moment later, after the uevent. Where the folder is not there yet,
 * the nearest one above it is watched.
 */
@Component(service = NodeWatch.class)
public final class NodeWatch {

    private static final int NEWS = Inotify.CREATE
            | Inotify.DELETE
            | Inotify.ATTRIB
            | Inotify.MOVED_FROM
            | Inotify.MOVED_TO
            | Inotify.DELETE_SELF;

    private final Inotify inotify;
    private final EventLoop.Registration registration;
    private final Logger log;
    private final List<Watched> all = new ArrayList<>(); // guarded by this

    /** One node that somebody wants to know of; its last two fields are guarded by the lock of all. */
    private static final class Watched {

        private final Path node;
        private final Runnable look;
        private Path folder;
        private int watch;

        Watched(Path node, Runnable look) {
            this.node = node;
            this.look = look;
        }

        boolean isMeant(Inotify.Event event) {
            boolean lost = event.is(Inotify.Q_OVERFLOW);
            return lost
                    || event.watch() == watch
                            && (event.name().isEmpty() || event.name().equals(next()));
        }

        /** What is looked for in the folder: the node, or the next folder on the way. */
        private String next() {
            return node.getName(folder.getNameCount()).toString();
        }
    }

    /** Watches nothing yet. */
    @Activate
    public NodeWatch(
            @Reference LinuxWaiting waiting,
            @Reference EventLoop loop,
            @Reference(service = LoggerFactory.class) Logger log)
            throws IOException {
        this.log = log;
        this.inotify = waiting.inotify();
        this.registration = loop.watch(inotify.fd(), Ready.IN, ready -> read());
    }

    /**
     * Begins.
     *
     * @param look is called when the node may have come, gone or changed; never blocks
     */
    EventLoop.Registration watch(Path node, Runnable look) {
        Watched added = new Watched(node, look);
        synchronized (this) {
            place(added);
            all.add(added);
        }
        return () -> end(added);
    }

    private synchronized void end(Watched leaving) {
        all.remove(leaving);
        release(leaving.watch);
    }

    private void read() throws IOException {
        for (Inotify.Event event : inotify.read()) {
            meant(event).forEach(each -> each.look.run());
        }
    }

    private synchronized List<Watched> meant(Inotify.Event event) {
        List<Watched> meant = all.stream().filter(each -> each.isMeant(event)).toList();
        boolean ended = event.is(Inotify.DELETE_SELF | Inotify.IGNORED);
        meant.forEach(each -> placeAgain(each, ended));
        return meant;
    }

    private void placeAgain(Watched each, boolean ended) {
        if (ended || !nearest(each.node).equals(each.folder)) {
            int before = each.watch;
            place(each);
            release(before);
        }
    }

    /** What cannot be watched is found by the slow look; but a folder that has vanished meanwhile has one above it. */
    private void place(Watched each) {
        each.folder = nearest(each.node);
        try {
            each.watch = inotify.add(each.folder, NEWS);
        } catch (IOException e) {
            if (!nearest(each.node).equals(each.folder)) {
                place(each);
                return;
            }
            each.watch = -1;
            log.warn("{} is looked for only every few seconds: {}", each.node, e.getMessage());
        }
    }

    private void release(int watch) {
        if (watch < 0 || all.stream().anyMatch(each -> each.watch == watch)) {
            return;
        }
        try {
            inotify.remove(watch);
        } catch (IOException e) {
            log.debug("watch {} ended by itself: {}", watch, e.getMessage()); // its folder has gone
        }
    }

    private static Path nearest(Path node) {
        Path folder = node.getParent();
        while (folder.getParent() != null && !Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** Ends everything. */
    @Deactivate
    public void close() {
        registration.close();
        inotify.close();
    }
}
