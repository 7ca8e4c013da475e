// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.testing;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Fd;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.NativeBuffer;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.StatFs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** File calls: ordered errors first, then what the file behind the descriptor answers. */
final class FakeFiles implements LinuxFiles {

    private static final StatFs ROOMY = new StatFs(0x01021994, 4096, 1 << 20, 1 << 20, 1 << 20, 1 << 16, 1 << 16);

    private final Tree tree;
    private final Descriptors descriptors;
    private final Refusals refusals;
    private final Map<Path, List<String>> written = new ConcurrentHashMap<>();
    private final Map<Path, StatFs> fileSystems = new ConcurrentHashMap<>();
    private volatile int bytesPerCall = Integer.MAX_VALUE;

    FakeFiles(Tree tree, Descriptors descriptors, Refusals refusals) {
        this.tree = tree;
        this.descriptors = descriptors;
        this.refusals = refusals;
    }

    void bytesPerCall(int most) {
        bytesPerCall = most;
    }

    void fileSystem(Path path, StatFs answer) {
        fileSystems.put(path, answer);
    }

    List<String> written(Path path) {
        return List.copyOf(written.getOrDefault(path, List.of()));
    }

    @Override
    public Fd open(Path path, int mode, OpenFlag... flags) throws IOException {
        Set<OpenFlag> set = EnumSet.noneOf(OpenFlag.class);
        set.addAll(List.of(flags));
        Path absolute = path.toAbsolutePath().normalize();
        String subject = path.toString();
        Optional<FakeFd> named = descriptors.named(absolute);
        String key = named.map(FakeFd::key).orElse(absolute.toString());
        refusals.check("open", key);
        if (set.contains(OpenFlag.WRONLY) || set.contains(OpenFlag.RDWR)) {
            refusals.check(Refusals.OPEN_FOR_WRITING, key);
        }
        try {
            return descriptors.add(
                    subject, named.isPresent() ? named.get().reopen(mode, set) : tree.open(absolute, mode, set));
        } catch (IOException e) {
            throw named("open", subject, e);
        }
    }

    @Override
    public int read(Fd fd, NativeBuffer into, int offset, int length) throws IOException {
        FakeFd file = FakeFd.of(fd);
        int count = transfer("read", file, into, offset, length, file.position());
        file.moveBy(count);
        return count;
    }

    @Override
    public int write(Fd fd, NativeBuffer from, int offset, int length) throws IOException {
        FakeFd file = FakeFd.of(fd);
        int count = transfer("write", file, from, offset, length, file.position());
        file.moveBy(count);
        return count;
    }

    @Override
    public int pread(Fd fd, NativeBuffer into, int offset, int length, long position) throws IOException {
        return transfer("pread", FakeFd.of(fd), into, offset, length, position);
    }

    @Override
    public int pwrite(Fd fd, NativeBuffer from, int offset, int length, long position) throws IOException {
        return transfer("pwrite", FakeFd.of(fd), from, offset, length, position);
    }

    private int transfer(String call, FakeFd fd, NativeBuffer buffer, int offset, int length, long position)
            throws IOException {
        Objects.checkFromIndexSize(offset, length, buffer.size());
        boolean writes = call.endsWith("write");
        try (Fd.Use use = fd.use()) {
            check(call, fd, writes ? fd.writable : fd.readable);
            ByteBuffer part = buffer.bytes().slice(offset, Math.min(length, bytesPerCall));
            part.order(buffer.bytes().order());
            return writes ? record(fd, part, position) : fd.file.read(part, position);
        } catch (IOException e) {
            throw named(call, fd.subject(), e);
        }
    }

    private int record(FakeFd fd, ByteBuffer from, long position) throws IOException {
        byte[] copy = new byte[from.remaining()];
        from.get(0, copy);
        int taken = fd.file.write(from, position);
        if (fd.path != null && taken != WOULD_BLOCK) {
            written.computeIfAbsent(fd.path, path -> new CopyOnWriteArrayList<>())
                    .add(new String(copy, 0, taken, StandardCharsets.UTF_8));
        }
        return taken;
    }

    private void check(String call, FakeFd fd, boolean permitted) throws IOException {
        refusals.check(call, fd.key());
        if (!permitted) {
            throw FakeFile.refuse(Errno.EBADF);
        }
        if (fd.isGone()) {
            throw FakeFile.refuse(Errno.ENODEV);
        }
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, long argument) throws IOException {
        FakeFd file = FakeFd.of(fd);
        try (Fd.Use use = file.use()) {
            check("ioctl", file, true);
            return file.file.ioctl(request, argument);
        } catch (IOException e) {
            throw named("ioctl", fd.subject(), e);
        }
    }

    @Override
    public int ioctl(Fd fd, Ioctl request, NativeBuffer argument, int offset) throws IOException {
        FakeFd file = FakeFd.of(fd);
        Objects.checkFromIndexSize(offset, request.size(), argument.size());
        try (Fd.Use use = file.use()) {
            check("ioctl", file, true);
            ByteBuffer part = argument.bytes().slice(offset, request.size());
            return file.file.ioctl(request, part.order(argument.bytes().order()));
        } catch (IOException e) {
            throw named("ioctl", fd.subject(), e);
        }
    }

    @Override
    public Fd ioctlForFd(Fd fd, Ioctl request, NativeBuffer argument, int offset, int fdOffset, String subject)
            throws IOException {
        FakeFd file = FakeFd.of(fd);
        Objects.checkFromIndexSize(offset, request.size(), argument.size());
        Objects.checkFromIndexSize(offset + fdOffset, Integer.BYTES, argument.size());
        try (Fd.Use use = file.use()) {
            check("ioctl", file, true);
            ByteBuffer part = argument.bytes().slice(offset, request.size());
            FakeFile made =
                    file.file.ioctlForFd(request, part.order(argument.bytes().order()));
            FakeFd result = descriptors.add(subject, FakeFd.Opening.of(made));
            argument.bytes().putInt(offset + fdOffset, result.number);
            return result;
        } catch (IOException e) {
            throw named("ioctl", fd.subject(), e);
        }
    }

    @Override
    public int fcntl(Fd fd, int command, long argument) throws IOException {
        FakeFd file = FakeFd.of(fd);
        try (Fd.Use use = file.use()) {
            check("fcntl", file, true);
            return switch (command) {
                case Fcntl.F_GETFD -> Fcntl.FD_CLOEXEC;
                case Fcntl.F_GETFL -> Fcntl.O_NONBLOCK | (file.writable ? file.readable ? 2 : 1 : 0);
                case Fcntl.F_ADD_SEALS, Fcntl.F_SETFD, Fcntl.F_SETFL -> 0;
                default -> throw FakeFile.refuse(Errno.EINVAL);
            };
        } catch (IOException e) {
            throw named("fcntl", fd.subject(), e);
        }
    }

    @Override
    public StatFs statfs(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        refusals.check("statfs", absolute.toString());
        return fileSystems.getOrDefault(absolute, ROOMY);
    }

    @Override
    public void allocate(Fd fd, long position, long length) throws IOException {
        FakeFd file = FakeFd.of(fd);
        try (Fd.Use use = file.use()) {
            check("posix_fallocate", file, file.writable);
            file.file.allocate(position, length);
        } catch (IOException e) {
            throw named("posix_fallocate", fd.subject(), e);
        }
    }

    /** The same error with the call and the subject that it was about. */
    static IOException named(String call, String subject, IOException e) {
        IOException translated = DiskFile.translated(e);
        if (translated instanceof ErrnoException refused && refused.call().isEmpty()) {
            return new ErrnoException(call, subject, refused.errno());
        }
        return translated;
    }
}
