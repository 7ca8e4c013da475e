// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;

/**
 * Tells {@link HandEdits} what the kernel tells; where the kernel cannot (inotify limits), it rescans slowly.
 *
 * <p>Opened on the agenda's thread, closed by whoever stops the bundle: of the two the lock decides who was first, so
 * that nothing is opened after the close began.
 */
final class FolderWatch implements AutoCloseable {

    private static final Duration SLOW = Duration.ofSeconds(5);

    private static final String NAME = "callgate-config-watch";

    /** As {@link java.nio.file.FileSystem#newWatchService}. */
    interface Kernel {
        WatchService newWatchService() throws IOException;
    }

    private final Path folder;
    private final Kernel kernel;
    private final HandEdits edits;
    private final Agenda agenda;
    private final Duration patience;
    private final OneLineLog log;
    private final Thread thread;
    private WatchService watch;
    private volatile boolean closed;
    private boolean said;

    /** @param patience how long {@link #close} waits for the thread */
    FolderWatch(Path folder, Kernel kernel, HandEdits edits, Agenda agenda, Duration patience, OneLineLog log) {
        this.folder = folder;
        this.kernel = kernel;
        this.edits = edits;
        this.agenda = agenda;
        this.patience = patience;
        this.log = log;
        this.thread = new Thread(this::run, NAME);
        thread.setDaemon(true);
    }

    /** On the agenda's thread. */
    void open() {
        if (start()) {
            edits.rescan();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        synchronized (this) {
            closed = true;
            if (watch != null) {
                watch.close();
            }
        }
        if (Thread.currentThread() != thread) {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                log.warn("the thread " + NAME + " did not end within " + patience.toMillis() + " ms");
            }
        }
    }

    /** False also when it has been started: the framework may be seen to start twice. */
    private synchronized boolean start() {
        boolean registered = thread.getState() == Thread.State.NEW && register();
        if (registered) {
            thread.start();
        }
        return registered;
    }

    private synchronized boolean register() {
        if (closed) {
            return false;
        }
        try {
            if (watch == null) {
                watch = kernel.newWatchService();
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
        } catch (RuntimeException | Error e) {
            log.mistake(NAME + " has ended, edits are found every " + SLOW.toSeconds() + " s", e);
            agenda.after(SLOW, this::rescanSlowly);
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
        if (!closed && !Files.isDirectory(folder)) {
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
