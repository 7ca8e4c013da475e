// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.AnnouncementListener;
import io.callgate.linux.Announcements;
import io.callgate.linux.DeviceListener;
import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.Inotify;
import io.callgate.linux.Ioctl;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.KernelDevices;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.LinuxWaiting;
import io.callgate.linux.Mapping;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.PreparedCall;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The door's services in one object, each by the part that knows how. */
abstract class FakeDoor
        implements LinuxFiles, LinuxMemory, LinuxWaiting, LinuxCalls, EventLoop, KernelDevices, KeptHandles {

    final Tree tree = new Tree();
    final Refusals refusals = new Refusals();
    final Descriptors descriptors = new Descriptors();
    final FakeFiles files = new FakeFiles(tree, descriptors, refusals);
    final FakeMemory memory = new FakeMemory(descriptors, refusals);
    final FakeLoop loop = new FakeLoop(descriptors, refusals);
    final FakeWaiting waiting = new FakeWaiting(tree, descriptors, refusals, loop);
    final FakeDevices devices = new FakeDevices(loop);
    final FakeHandles handles = new FakeHandles(files, memory, loop);
    final FakeCalls calls = new FakeCalls(descriptors);

    @Override
    public final Fd open(Path path, int mode, OpenFlag... flags) throws IOException {
        return files.open(path, mode, flags);
    }

    @Override
    public final int read(Fd fd, NativeBuffer into, int offset, int length) throws IOException {
        return files.read(fd, into, offset, length);
    }

    @Override
    public final int write(Fd fd, NativeBuffer from, int offset, int length) throws IOException {
        return files.write(fd, from, offset, length);
    }

    @Override
    public final int pread(Fd fd, NativeBuffer into, int offset, int length, long position) throws IOException {
        return files.pread(fd, into, offset, length, position);
    }

    @Override
    public final int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) throws IOException {
        return files.pwrite(fd, from, offset, length, position);
    }

    @Override
    public final int ioctl(Fd fd, Ioctl request, long argument) throws IOException {
        return files.ioctl(fd, request, argument);
    }

    @Override
    public final int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) throws IOException {
        return files.ioctl(fd, request, argument, offset);
    }

    @Override
    public final Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int fdOffset, String subject)
            throws IOException {
        return files.ioctlForFd(fd, request, argument, offset, fdOffset, subject);
    }

    @Override
    public final int fcntl(Fd fd, int command, long argument) throws IOException {
        return files.fcntl(fd, command, argument);
    }

    @Override
    public final StatFs statfs(Path path) throws IOException {
        return files.statfs(path);
    }

    @Override
    public final void allocate(Fd fd, long position, long length) throws IOException {
        files.allocate(fd, position, length);
    }

    @Override
    public final NativeBuffer allocate(int bytes) {
        return memory.allocate(bytes);
    }

    @Override
    public final NativeBuffer allocate(int bytes, int alignment) {
        return memory.allocate(bytes, alignment);
    }

    @Override
    public final Mapping map(Fd fd, long position, int length, Set<Protection> protection) throws IOException {
        return memory.map(fd, position, length, protection);
    }

    @Override
    public final Mapping attach(int segment, Set<Protection> protection) throws IOException {
        return memory.attach(segment, protection);
    }

    @Override
    public final Fd memfd(String name) throws IOException {
        return memory.memfd(name);
    }

    @Override
    public final int pageSize() {
        return memory.pageSize();
    }

    @Override
    public final int poll(Fd fd, int events, Duration timeout) throws IOException {
        return waiting.poll(fd, events, timeout);
    }

    @Override
    public final Fd eventfd(int initial) throws IOException {
        return waiting.eventfd(initial);
    }

    @Override
    public final Fd timerfd() throws IOException {
        return waiting.timerfd();
    }

    @Override
    public final void arm(Fd timer, Duration first, Duration interval) throws IOException {
        waiting.arm(timer, first, interval);
    }

    @Override
    public final Inotify inotify() throws IOException {
        return waiting.inotify();
    }

    @Override
    public final int number(String systemCall) {
        return calls.number(systemCall);
    }

    @Override
    public final long syscall(int number) throws IOException {
        return calls.syscall(number);
    }

    @Override
    public final long syscall(int number, long a) throws IOException {
        return calls.syscall(number, a);
    }

    @Override
    public final long syscall(int number, long a, long b, long c) throws IOException {
        return calls.syscall(number, a, b, c);
    }

    @Override
    public final long syscall(int number, long a, long b, long c, long d) throws IOException {
        return calls.syscall(number, a, b, c, d);
    }

    @Override
    public final long syscall(int number, long a, long b, long c, long d, long e, long f) throws IOException {
        return calls.syscall(number, a, b, c, d, e, f);
    }

    @Override
    public final PreparedCall prepare(String systemCall) {
        return calls.prepare(systemCall);
    }

    @Override
    public final long call(String name, Object... arguments) throws IOException {
        return calls.call(name, arguments);
    }

    @Override
    public final Fd callForFd(String name, Object... arguments) throws IOException {
        return calls.callForFd(name, arguments);
    }

    @Override
    public final Registration watch(Fd fd, int events, ReadyHandler handler) throws IOException {
        return loop.watch(fd, events, handler);
    }

    @Override
    public final Registration timer(Duration first, Duration interval, TimerHandler handler) {
        return loop.timer(first, interval, handler);
    }

    @Override
    public final void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public final boolean isLoopThread() {
        return loop.isLoopThread();
    }

    @Override
    public final Registration follow(String subsystem, DeviceListener listener) {
        return devices.follow(subsystem, listener);
    }

    @Override
    public final Announcements announcements(String name, AnnouncementListener listener) {
        return devices.announcements(name, listener);
    }

    @Override
    public final void leave(Key key, Fd fd, Map<String, String> state, Policy policy) {
        handles.leave(key, fd, state, policy);
    }

    @Override
    public final Optional<Kept> take(Key key) {
        return handles.take(key);
    }
}
