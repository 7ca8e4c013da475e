// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.mqueue.MachineQueues;
import io.callgate.mqueue.QueueInfo;
import io.callgate.mqueue.QueueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The queues as files of the mqueue file system, and who has them open, as /proc tells. */
@Component(property = "mqueue.kind=posix")
public final class PosixMachineQueues implements MachineQueues {

    private static final Pattern QSIZE = Pattern.compile("QSIZE:(\\d+)");
    private static final int PERMISSIONS = 07777;

    private final QueueCalls calls;
    private final Proc proc;

    /** Looks at nothing yet. */
    @Activate
    public PosixMachineQueues(@Reference LinuxCalls calls, @Reference LinuxMemory memory, @Reference LinuxFiles files) {
        this(new QueueCalls(calls, memory, files, Abi.of(Architecture.current())), new Proc(Path.of("/proc")));
    }

    PosixMachineQueues(QueueCalls calls, Proc proc) {
        this.calls = calls;
        this.proc = proc;
    }

    @Override
    public QueueKind kind() {
        return QueueKind.POSIX;
    }

    @Override
    public List<QueueInfo> list() throws IOException {
        Path folder = proc.queueFiles()
                .orElseThrow(
                        () -> new IOException("POSIX queues cannot be listed, since no mqueue file system is mounted:"
                                + " mkdir -p /dev/mqueue && mount -t mqueue none /dev/mqueue"));
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.sorted().toList();
        }
        Map<Object, Set<Long>> users = users(files);
        List<QueueInfo> queues = new ArrayList<>();
        for (Path file : files) {
            info(file, users).ifPresent(queues::add);
        }
        return queues;
    }

    /** Empty if it was unlinked meanwhile. */
    private Optional<QueueInfo> info(Path file, Map<Object, Set<Long>> users) throws IOException {
        String address = "/" + file.getFileName();
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:mode,owner,ino,dev");
            return Optional.of(new QueueInfo(
                    QueueKind.POSIX,
                    address,
                    attributes.get("owner").toString(),
                    (int) attributes.get("mode") & PERMISSIONS,
                    messages(address),
                    bytes(file),
                    users.getOrDefault(key(attributes), Set.of()),
                    Optional.empty(),
                    Optional.empty()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Opening it changes nothing; -1 if it may not be read. */
    private long messages(String address) throws IOException {
        try (Fd fd = calls.open(address, Abi.O_RDONLY)) {
            return calls.attributes(fd).messages();
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES, Errno.ENOENT)) {
                return -1;
            }
            throw e;
        }
    }

    private static long bytes(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return -1;
        }
        Matcher size = QSIZE.matcher(String.join(" ", Files.readAllLines(file)));
        return size.find() ? Long.parseLong(size.group(1)) : -1;
    }

    private static Object key(Map<String, Object> attributes) {
        return List.of(attributes.get("dev"), attributes.get("ino"));
    }

    /** Who has each queue open, by device and inode: a descriptor's link shows the queue's name, and may be another file's. */
    private Map<Object, Set<Long>> users(List<Path> queues) throws IOException {
        Set<Path> links = new HashSet<>();
        queues.forEach(queue -> links.add(Path.of("/" + queue.getFileName())));
        Map<Object, Set<Long>> users = new HashMap<>();
        if (links.isEmpty()) {
            return users;
        }
        for (Path process : proc.processes()) {
            for (Path descriptor : descriptors(process)) {
                key(descriptor, links).ifPresent(key -> users.computeIfAbsent(key, each -> new HashSet<>())
                        .add(Long.parseLong(process.getFileName().toString())));
            }
        }
        return users;
    }

    /** None of a process that ends, or that this user may not see. */
    private static List<Path> descriptors(Path process) {
        try (Stream<Path> entries = Files.list(process.resolve("fd"))) {
            return entries.toList();
        } catch (IOException endedOrForeign) {
            return List.of();
        }
    }

    private static Optional<Object> key(Path descriptor, Set<Path> links) {
        try {
            return links.contains(Files.readSymbolicLink(descriptor))
                    ? Optional.of(key(Files.readAttributes(descriptor, "unix:ino,dev")))
                    : Optional.empty();
        } catch (IOException closedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public void unlink(String address) throws IOException {
        if (!address.startsWith("/")) {
            throw new IllegalArgumentException("\"" + address + "\" is no POSIX queue: those are called /NAME");
        }
        try {
            calls.unlink(address);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                throw new RefusedException("there is no queue " + address);
            }
            if (e.is(Errno.EACCES, Errno.EPERM)) {
                throw new RefusedException(
                        "queue " + address + " belongs to somebody else: its owner or root may unlink it");
            }
            throw e;
        }
    }
}
