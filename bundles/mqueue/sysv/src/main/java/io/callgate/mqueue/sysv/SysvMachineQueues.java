// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.Users;
import io.callgate.mqueue.MachineQueues;
import io.callgate.mqueue.QueueInfo;
import io.callgate.mqueue.QueueKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The queues that {@code /proc/sysvipc/msg} tells of. */
@Component(property = "mqueue.kind=sysv")
public final class SysvMachineQueues implements MachineQueues {

    private static final Pattern BY_ID = Pattern.compile("id:([0-9]{1,10})");
    private static final Pattern BY_KEY = Pattern.compile("0x[0-9a-fA-F]{1,8}");
    private static final String ID = "id:";

    private final QueueCalls calls;
    private final Proc proc;

    /** Looks at nothing yet. */
    @Activate
    public SysvMachineQueues(@Reference LinuxCalls calls, @Reference LinuxMemory memory) {
        this(new QueueCalls(calls, memory, Abi.of(Architecture.current())), new Proc(Path.of("/proc")));
    }

    SysvMachineQueues(QueueCalls calls, Proc proc) {
        this.calls = calls;
        this.proc = proc;
    }

    /** One line of the file. */
    record Line(
            int key,
            int id,
            int mode,
            long bytes,
            long messages,
            long sender,
            long receiver,
            long uid,
            long sent,
            long received) {

        static Line of(String text) {
            String[] words = text.strip().split("\\s+");
            return new Line(
                    (int) Long.parseLong(words[0]),
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2], 8),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]),
                    Long.parseLong(words[5]),
                    Long.parseLong(words[6]),
                    Long.parseLong(words[7]),
                    Long.parseLong(words[11]),
                    Long.parseLong(words[12]));
        }

        String address() {
            return key == 0 ? ID + id : SysvQueue.address(key);
        }
    }

    static Stream<Line> lines(Proc proc) throws IOException {
        return proc.queues().stream().skip(1).map(Line::of);
    }

    @Override
    public QueueKind kind() {
        return QueueKind.SYSTEM_V;
    }

    @Override
    public List<QueueInfo> list() throws IOException {
        return lines(proc)
                .map(this::info)
                .sorted(Comparator.comparing(QueueInfo::address))
                .toList();
    }

    private QueueInfo info(Line line) {
        Set<Long> users = new HashSet<>(List.of(line.sender, line.receiver));
        users.removeIf(pid -> !proc.isAlive(pid));
        return new QueueInfo(
                QueueKind.SYSTEM_V,
                line.address(),
                Users.name(line.uid),
                line.mode,
                line.messages,
                line.bytes,
                users,
                QueueCalls.transfer(line.sender, line.sent),
                QueueCalls.transfer(line.receiver, line.received));
    }

    @Override
    public void unlink(String address) throws IOException {
        try {
            calls.remove(id(address));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.EINVAL, Errno.EIDRM)) {
                throw new RefusedException("there is no queue " + address);
            }
            if (e.is(Errno.EPERM, Errno.EACCES)) {
                throw new RefusedException(
                        "queue " + address + " belongs to somebody else: its owner or root may unlink it");
            }
            throw new ErrnoException(e.call(), address, e.errno());
        }
    }

    private int id(String address) throws IOException {
        Matcher byId = BY_ID.matcher(address);
        if (byId.matches()) {
            return Integer.parseInt(byId.group(1));
        }
        if (BY_KEY.matcher(address).matches()) {
            return calls.get(Long.decode(address).intValue(), 0);
        }
        throw new IllegalArgumentException(
                "\"" + address + "\" is no System V queue: those are known by a key, 0x2a, or as id:3");
    }
}
