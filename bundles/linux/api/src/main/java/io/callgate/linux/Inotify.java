// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A watcher of files and folders. Wait for its descriptor to be readable, then {@link #read()}. Thread safe.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
@ProviderType
public interface Inotify extends Closeable {

    /** What to watch for, and what an event reports. */
    int MODIFY = 0x2;
    /** Metadata changed. */
    int ATTRIB = 0x4;
    /** A file opened for writing was closed. */
    int CLOSE_WRITE = 0x8;
    /** Renamed away from the folder. */
    int MOVED_FROM = 0x40;
    /** Renamed into the folder. */
    int MOVED_TO = 0x80;
    /** Created, links included. */
    int CREATE = 0x100;
    /** Deleted from the folder. */
    int DELETE = 0x200;
    /** What is watched was itself deleted. */
    int DELETE_SELF = 0x400;
    /** What is watched was itself moved. */
    int MOVE_SELF = 0x800;
    /** The queue overflowed and events were lost: look again at everything. */
    int Q_OVERFLOW = 0x4000;
    /** The watch is gone. */
    int IGNORED = 0x8000;
    /** The event is about a folder. */
    int ISDIR = 0x40000000;

    /**
     * An event.
     *
     * @param watch as {@link #add} returned it, -1 with Q_OVERFLOW
     * @param mask what happened, with ISDIR where it happened to a folder
     * @param cookie connects MOVED_FROM and MOVED_TO, else 0
     * @param name of the file in the watched folder; empty if it is about what is watched itself
     */
    record Event(int watch, int mask, int cookie, String name) {

        /** True if one of these bits is set. */
        public boolean is(int bits) {
            return (mask & bits) != 0;
        }
    }

    /** The descriptor, for {@link EventLoop#watch}; it belongs to this object. */
    Fd fd();

    /**
     * Watches a path, following it if it is a symbolic link.
     *
     * @return the watch's number
     * @throws ErrnoException ENOENT, EACCES, ENOSPC (raise fs.inotify.max_user_watches)
     */
    int add(Path path, int mask) throws IOException;

    /** Ends a watch. */
    void remove(int watch) throws IOException;

    /** All events there are now, oldest first; empty if there are none. */
    List<Event> read() throws IOException;

    @Override
    void close();
}
