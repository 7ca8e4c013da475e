// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Announcement;
import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Errno;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.KernelDevice;
import io.callgate.linux.Ready;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A kernel that a test scripts. It is every service of the door in one object: give it for LinuxFiles, LinuxMemory,
 * LinuxWaiting, LinuxCalls, EventLoop, KernelDevices and KeptHandles.
 *
 * <p>Files are in memory ({@link #attribute}, {@link #script}) or in a real folder ({@link #tree}, {@link #disk});
 * anything else does not exist, except that {@code /proc/self/fd/N} opens what a fake descriptor leads to. The test's thread is the event loop's: {@link #ready}, {@link #advance}, {@link #plug}
 * and {@link #turn} run handlers before they return, and throw what handlers throw. Time is virtual, and passes only
 * by {@link #advance} and in a poll that finds nothing. Methods that return this are for chaining. Thread safe.
 */
@ProviderType
public final class FakeLinux extends FakeDoor {

    /** What a scripted call answers. */
    @FunctionalInterface
    public interface Call {

        /** @throws IOException {@link FakeFile#refuse} for an errno */
        long answer(Object... arguments) throws IOException;
    }

    /** What a scripted call that makes a descriptor leads to. */
    @FunctionalInterface
    public interface FdCall {

        /** @throws IOException {@link FakeFile#refuse} for an errno */
        FakeFile answer(Object... arguments) throws IOException;
    }

    /**
     * A file as in /proc and /sys: shared by all who open it, a write is the whole new value. An existing one is
     * replaced, and those who hold it get ENODEV; see {@link #value} for a new value of the same file.
     */
    public FakeLinux attribute(String path, String value) {
        tree.attribute(absolute(path), new Attribute(value));
        return this;
    }

    /** As {@link #attribute(String, String)}, with bytes that are left as they are written. */
    public FakeLinux attribute(String path, byte[] value) {
        tree.attribute(absolute(path), new Attribute(value));
        return this;
    }

    /** A file that answers by script, one object for each open. */
    public FakeLinux script(String path, Supplier<FakeFile> perOpen) {
        tree.script(absolute(path), perOpen);
        return this;
    }

    /** Real files below a folder as a fake /proc or /sys: a write is the whole new value, a deleted file is ENODEV. */
    public FakeLinux tree(Path folder) {
        tree.folder(folder, true);
        return this;
    }

    /** Real files below a folder as what they are. */
    public FakeLinux disk(Path folder) {
        tree.folder(folder, false);
        return this;
    }

    /**
     * Keeps a link for every open descriptor in an empty folder, which the code under test is given for
     * {@code /proc/self/fd}: what it reads there leads to the file, and what it opens there is the file again.
     */
    public FakeLinux descriptorLinks(Path folder) {
        descriptors.links(folder.toAbsolutePath().normalize());
        return this;
    }

    /** Gives an attribute in memory a new value, as the kernel does by itself. */
    public void value(String path, String value) {
        tree.attribute(absolute(path)).set(value);
    }

    /** The value of an attribute in memory. */
    public String value(String path) {
        return tree.attribute(absolute(path)).text();
    }

    /** Takes a file in memory away: opening it is ENOENT, and those who hold it get ENODEV. */
    public void remove(String path) {
        tree.remove(absolute(path));
    }

    /** What was written to a path, one element for each call, oldest first. */
    public List<String> written(String path) {
        return files.written(absolute(path));
    }

    /**
     * From now on a call on a path fails.
     *
     * @param call as in man pages: open, read, pread, write, pwrite, ioctl, mmap, poll, statfs, epoll_ctl,
     *     inotify_add_watch, ...
     * @param path or the {@link Fd#subject()} of what has none
     */
    public FakeLinux fail(String call, String path, Errno errno) {
        refusals.order(call, path, errno);
        return this;
    }

    /** The call works again. */
    public void mend(String call, String path) {
        refusals.cancel(call, path);
    }

    /** From now on opening a path for writing is EACCES. */
    public FakeLinux readOnly(String path) {
        refusals.order(Refusals.OPEN_FOR_WRITING, absolute(path).toString(), Errno.EACCES);
        return this;
    }

    /** From now on a read or write moves at most so many bytes, as it may in reality. */
    public FakeLinux bytesPerCall(int most) {
        files.bytesPerCall(most);
        return this;
    }

    /** What statfs answers for a path; otherwise there is 4 GiB of room. */
    public FakeLinux fileSystem(String path, StatFs answer) {
        files.fileSystem(absolute(path), answer);
        return this;
    }

    /** A System V segment that may be attached; {@code shmget} is for {@link #onCall}. */
    public FakeLinux segment(int id, ByteBuffer bytes) {
        memory.segment(id, bytes);
        return this;
    }

    /** Scripts a system call or libc function; {@code number(name)} has a number for it from now on. */
    public FakeLinux onCall(String name, Call call) {
        calls.script(name, call);
        return this;
    }

    /** Scripts a call that makes a descriptor, for {@code callForFd}. */
    public FakeLinux onCallForFd(String name, FdCall call) {
        calls.scriptFd(name, call);
        return this;
    }

    /**
     * Makes every descriptor that is open on a path ready, once.
     *
     * @param bits of {@link Ready}
     * @throws IllegalStateException if nobody has opened the path
     */
    public void ready(String path, int bits) {
        Path absolute = absolute(path);
        List<FakeFd> there = descriptors.open().stream()
                .filter(fd -> absolute.equals(fd.path))
                .toList();
        if (there.isEmpty()) {
            throw new IllegalStateException("nobody has opened " + path);
        }
        there.forEach(fd -> fd.raise(bits));
        loop.turn();
    }

    /** Makes one descriptor ready, once. */
    public void ready(Fd fd, int bits) {
        FakeFd.of(fd).raise(bits);
        loop.turn();
    }

    /** Lets time pass: timers expire in order, each at its own time. */
    public void advance(Duration duration) {
        loop.advance(duration);
    }

    /** One turn of the event loop: tasks that were handed to it, news of devices, and descriptors that are ready. */
    public void turn() {
        loop.turn();
    }

    /** The virtual time since the fake was made. */
    public Duration time() {
        return Duration.ofNanos(loop.nanos());
    }

    /** Announces a device: added, or changed if its path is there already. */
    public void plug(KernelDevice device) {
        devices.plug(device);
        loop.turn();
    }

    /** Announces that a device has gone. */
    public void unplug(KernelDevice device) {
        devices.unplug(device);
        loop.turn();
    }

    /** The kernel announces something, whatever is plugged; listeners are told in the loop's next turn. */
    public void announce(Announcement announcement) {
        devices.announce(listener -> listener.announced(announcement));
    }

    /** The kernel dropped announcements. */
    public void loseAnnouncements() {
        devices.announce(AnnouncementListener::lost);
    }

    /**
     * Tells inotify watchers of a path.
     *
     * @param path that is watched: a folder, or the file itself
     * @param mask bits of {@link Inotify}
     * @param name of the file in the folder, or empty
     */
    public void happened(String path, int mask, String name) {
        waiting.happened(absolute(path), mask, name);
        loop.turn();
    }

    /** Tells all inotify watchers that events were lost. */
    public void overflow() {
        waiting.overflow();
        loop.turn();
    }

    /** What lies in the kept handles. */
    public List<Key> kept() {
        return handles.keys();
    }

    /** As when the bundles that left them are uninstalled: all kept handles get their final actions, and are closed. */
    public void endKept() {
        handles.endAll();
    }

    /** What is open now, by {@link Fd#subject()}: for tests that nothing was left behind. */
    public List<String> openDescriptors() {
        return descriptors.open().stream().map(Fd::subject).toList();
    }

    /** How many watches and timers the event loop has: for tests that nothing was left behind. */
    public int registrations() {
        return loop.registrations();
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath().normalize();
    }
}
