// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;

/** Tells {@link HandEdits} what the kernel tells; where the kernel cannot (inotify limits), it rescans slowly. */
final class FolderWatch implements AutoCloseable {

    private static final Duration SLOW = Duration.ofSeconds(5);

    private final Path folder;
    private final HandEdits edits;
    private final Agenda agenda;
    private final OneLineLog log;
    private final Thread thread;
    private WatchService watch;
    private volatile boolean closed;
    private boolean said;

    FolderWatch(Path folder, HandEdits edits, Agenda agenda, OneLineLog log) {
        this.folder = folder;
        this.edits = edits;
        this.agenda = agenda;
        this.log = log;
        this.thread = new Thread(this::run, "callgate-config-watch");
        thread.setDaemon(true);
    }

    /** On the agenda's thread. */
    void open() {
        if (closed || !register()) {
            return;
        }
        thread.start();
        edits.rescan();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        synchronized (this) {
            if (watch != null) {
                watch.close();
            }
        }
    }

    private synchronized boolean register() {
        try {
            if (watch == null) {
                watch = folder.getFileSystem().newWatchService();
            }
            folder.register(
                    watch,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            return true;
        } catch (IOException e) {
            sayOnce(folder + " cannot be watched (" + Disk.reason(e) + "), edits are found every " + SLOW.toSeconds()
                    + " s; raise fs.inotify.max_user_instances");
            agenda.after(SLOW, this::rescanSlowly);
            return false;
        }
    }

    private void rescanSlowly() {
        if (!closed) {
            edits.rescan();
            agenda.after(SLOW, this::rescanSlowly);
        }
    }

    private void run() {
        try {
            while (!closed) {
                WatchKey key = watch.take();
                for (WatchEvent<?> event : key.pollEvents()) {
                    forward(event);
                }
                if (!key.reset()) {
                    agenda.soon(this::folderIsGone);
                }
            }
        } catch (ClosedWatchServiceException e) {
            closed = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(WatchEvent<?> event) {
        if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
            agenda.soon(edits::rescan);
        } else {
            String file = event.context().toString();
            agenda.soon(() -> edits.touched(file));
        }
    }

    /**
     * Nobody deletes all configurations at once; what is served stays, and the folder is watched again when it is
     * back.
     */
    private void folderIsGone() {
        sayOnce(folder + " is gone: what was in it still serves; put the folder back");
        if (!closed && !java.nio.file.Files.isDirectory(folder)) {
            agenda.after(HandEdits.PATIENCE, this::folderIsGone);
        } else if (!closed && register()) {
            said = false;
            edits.rescan();
        }
    }

    private void sayOnce(String line) {
        if (!said) {
            said = true;
            log.error(line);
        }
    }
}
