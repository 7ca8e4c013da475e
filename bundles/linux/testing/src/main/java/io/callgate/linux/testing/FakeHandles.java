// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.EventLoop;
import io.callgate.linux.Fd;
import io.callgate.linux.KeptHandles;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kept handles in virtual time: {@link FakeLinux#advance} lets a handover run out. */
final class FakeHandles implements KeptHandles {

    private record Left(
            Key key, Fd fd, Map<String, String> state, Policy policy, List<EventLoop.Registration> timers) {}

    private final LinuxFiles files;
    private final LinuxMemory memory;
    private final EventLoop loop;
    private final Map<String, Left> shelf = new LinkedHashMap<>();

    FakeHandles(LinuxFiles files, LinuxMemory memory, EventLoop loop) {
        this.files = files;
        this.memory = memory;
        this.loop = loop;
    }

    @Override
    public synchronized void leave(Key key, Fd fd, Map<String, String> state, Policy policy) {
        end(shelf.get(key.resource()));
        Left left = new Left(key, fd, Map.copyOf(state), policy, new ArrayList<>());
        shelf.put(key.resource(), left);
        try {
            left.timers.add(loop.timer(policy.handover(), Duration.ZERO, expirations -> end(left)));
            if (policy.keepAlive().isPresent()) {
                keepAlive(left, policy.keepAlive().get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void keepAlive(Left left, KeepAlive keepAlive) throws IOException {
        EventLoop.Registration feeding =
                loop.timer(keepAlive.interval(), keepAlive.interval(), expirations -> act(left.fd, keepAlive.action()));
        left.timers.add(feeding);
        left.timers.add(loop.timer(keepAlive.deadline(), Duration.ZERO, expirations -> feeding.close()));
    }

    @Override
    public synchronized Optional<Kept> take(Key key) {
        Left left = shelf.get(key.resource());
        if (left == null) {
            return Optional.empty();
        }
        if (!left.key.equals(key)) {
            end(left);
            return Optional.empty();
        }
        forget(left);
        return Optional.of(new Kept(left.fd, left.state));
    }

    synchronized List<Key> keys() {
        return shelf.values().stream().map(Left::key).toList();
    }

    /** As when the bundles that left them are uninstalled. */
    synchronized void endAll() {
        List.copyOf(shelf.values()).forEach(this::end);
    }

    private synchronized void end(Left left) {
        if (left != null && forget(left)) {
            try {
                for (Action action : left.policy.finalActions()) {
                    act(left.fd, action);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                left.fd.close();
            }
        }
    }

    private boolean forget(Left left) {
        left.timers.forEach(EventLoop.Registration::close);
        return shelf.remove(left.key.resource(), left);
    }

    private void act(Fd fd, Action action) throws IOException {
        if (action instanceof WriteAction write) {
            NativeBuffer buffer = memory.allocate(write.bytes().length);
            buffer.bytes().put(0, write.bytes());
            files.write(fd, buffer, 0, write.bytes().length);
        } else if (action instanceof IoctlAction ioctl && ioctl.argument().length == 0) {
            files.ioctl(fd, ioctl.request(), 0);
        } else if (action instanceof IoctlAction ioctl) {
            NativeBuffer buffer = memory.allocate(ioctl.argument().length);
            buffer.bytes().put(0, ioctl.argument());
            files.ioctl(fd, ioctl.request(), buffer, 0);
        } else if (action instanceof FileAction file) {
            try (Fd other = files.open(file.path(), 0, OpenFlag.WRONLY)) {
                act(other, new WriteAction(file.bytes()));
            }
        }
    }
}
