// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.callgate.linux.Architecture;
import io.callgate.linux.Errno;
import io.callgate.linux.Fcntl;
import io.callgate.linux.Inotify;
import io.callgate.linux.Ioctl;
import io.callgate.linux.LinuxSockets;
import io.callgate.linux.OpenFlag;
import io.callgate.linux.Ready;
import io.callgate.linux.testing.CrossCompiler;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every number and offset of the door against what the C compiler of each architecture says. */
class LayoutTest {

    /** Calls that are newer than the headers of the oldest Debian we build on; numbers are the same everywhere by then. */
    private static final int FIRST_UNIFIED = 451;

    private static final Set<String> NO_CALLS = Set.of("SYSCALL_BASE", "OABI_SYSCALL_BASE", "SYSCALL_MASK", "syscalls");

    private static final String HEADERS = """
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <stddef.h>
            #include <time.h>
            #include <sys/epoll.h>
            #include <sys/eventfd.h>
            #include <sys/inotify.h>
            #include <sys/ioctl.h>
            #include <sys/mman.h>
            #include <sys/shm.h>
            #include <sys/socket.h>
            #include <sys/timerfd.h>
            #include <sys/vfs.h>
            #include <linux/filter.h>
            #include <linux/fs.h>
            #include <linux/if_tun.h>
            #include <linux/netlink.h>
            #include <linux/watchdog.h>
            """;

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    private void is(String expression, long value) {
        expected.put(expression, value);
    }

    private CrossCompiler compiler(Architecture architecture) throws Exception {
        CrossCompiler compiler = CrossCompiler.of(architecture, folder);
        assumeTrue(compiler.isInstalled(), () -> compiler.mend() + ", to check " + architecture);
        return compiler;
    }

    private void check(Architecture architecture) throws Exception {
        List<String> expressions = List.copyOf(expected.keySet());
        List<Long> values = compiler(architecture).values(HEADERS, expressions);
        Map<String, Long> said = new LinkedHashMap<>();
        for (int i = 0; i < values.size(); i++) {
            said.put(expressions.get(i), values.get(i));
        }
        assertThat(said).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void structures(Architecture architecture) throws Exception {
        Layout layout = Layout.of(architecture);
        Layout.StatFs64 statfs = layout.statfs();
        is("sizeof(struct statfs64)", statfs.size());
        is("sizeof(((struct statfs64 *) 0)->f_type)", statfs.fieldBytes());
        is("sizeof(((struct statfs64 *) 0)->f_bsize)", statfs.fieldBytes());
        is("sizeof(((struct statfs64 *) 0)->f_blocks)", Long.BYTES);
        is("sizeof(((struct statfs64 *) 0)->f_ffree)", Long.BYTES);
        is("offsetof(struct statfs64, f_type)", statfs.type());
        is("offsetof(struct statfs64, f_bsize)", statfs.bsize());
        is("offsetof(struct statfs64, f_blocks)", statfs.blocks());
        is("offsetof(struct statfs64, f_bfree)", statfs.bfree());
        is("offsetof(struct statfs64, f_bavail)", statfs.bavail());
        is("offsetof(struct statfs64, f_files)", statfs.files());
        is("offsetof(struct statfs64, f_ffree)", statfs.ffree());
        is("sizeof(struct epoll_event)", layout.epoll().size());
        is("offsetof(struct epoll_event, events)", layout.epoll().events());
        is("offsetof(struct epoll_event, data)", layout.epoll().data());
        is("offsetof(struct shmid_ds, shm_segsz)", layout.segmentBytes());
        is("sizeof(struct shmid_ds) <= " + Layout.SHMID_DS_SIZE, 1);
        int word = layout.wordBytes();
        is("sizeof(((struct shmid_ds *) 0)->shm_segsz)", word);
        is("IPC_STAT", JnaMemory.IPC_STAT);
        is("SHM_RDONLY", JnaMemory.SHM_RDONLY);
        is("sizeof(long)", word);
        is("sizeof(void *)", word);
        is("sizeof(size_t)", word);
        is("sizeof(struct itimerspec)", 4L * word);
        is("offsetof(struct itimerspec, it_interval)", 0);
        is("offsetof(struct itimerspec, it_interval.tv_nsec)", word);
        is("offsetof(struct itimerspec, it_value)", 2L * word);
        is("offsetof(struct itimerspec, it_value.tv_nsec)", 3L * word);
        is("sizeof(struct pollfd)", Layout.POLLFD_SIZE);
        is("offsetof(struct pollfd, fd)", Layout.POLLFD_FD);
        is("offsetof(struct pollfd, events)", Layout.POLLFD_EVENTS);
        is("offsetof(struct pollfd, revents)", Layout.POLLFD_REVENTS);
        is("offsetof(struct inotify_event, wd)", Layout.INOTIFY_WD);
        is("offsetof(struct inotify_event, mask)", Layout.INOTIFY_MASK);
        is("offsetof(struct inotify_event, cookie)", Layout.INOTIFY_COOKIE);
        is("offsetof(struct inotify_event, len)", Layout.INOTIFY_LEN);
        is("offsetof(struct inotify_event, name)", Layout.INOTIFY_NAME);
        is("sizeof(struct sock_filter)", Layout.SOCK_FILTER_SIZE);
        is("sizeof(struct sock_fprog)", 2L * word);
        is("offsetof(struct sock_fprog, filter)", word);
        is("SO_ATTACH_FILTER", Layout.SO_ATTACH_FILTER);
        is("SO_DETACH_FILTER", Layout.SO_DETACH_FILTER);
        is("sizeof(struct sockaddr_nl)", Layout.SOCKADDR_NL_SIZE);
        is("offsetof(struct sockaddr_nl, nl_family)", Layout.SOCKADDR_NL_FAMILY);
        is("offsetof(struct sockaddr_nl, nl_pid)", Layout.SOCKADDR_NL_PID);
        is("offsetof(struct sockaddr_nl, nl_groups)", Layout.SOCKADDR_NL_GROUPS);
        check(architecture);
    }

    @ParameterizedTest
    @EnumSource
    void openFlags(Architecture architecture) throws Exception {
        for (OpenFlag flag : OpenFlag.values()) {
            is("O_" + flag, OpenFlags.value(flag, architecture));
        }
        is("O_RDWR|O_CLOEXEC|O_NOCTTY|O_NONBLOCK", OpenFlags.word(new OpenFlag[] {OpenFlag.RDWR}, architecture));
        is("O_CLOEXEC", OpenFlags.CLOEXEC);
        is("O_NONBLOCK", OpenFlags.NONBLOCK);
        check(architecture);
    }

    @ParameterizedTest
    @EnumSource
    void constantsOfTheDoor(Architecture architecture) throws Exception {
        constants(Epoll.class, "CTL_", "EPOLL_CTL_");
        constants(JnaMemory.class, "MFD_", "MFD_");
        constants(Region.class, "PROT_", "PROT_");
        constants(Region.class, "MAP_", "MAP_");
        constants(JnaSockets.class, "MSG_", "MSG_");
        constants(JnaWaiting.class, "CLOCK_", "CLOCK_");
        constants(JnaFiles.class, "F_", "F_");
        constants(UeventSocket.class, "NETLINK_", "NETLINK_");
        for (String flag : List.of("SOCK_CLOEXEC", "EFD_CLOEXEC", "TFD_CLOEXEC", "IN_CLOEXEC", "EPOLL_CLOEXEC")) {
            is(flag, OpenFlags.CLOEXEC);
        }
        for (String flag : List.of("SOCK_NONBLOCK", "EFD_NONBLOCK", "TFD_NONBLOCK", "IN_NONBLOCK")) {
            is(flag, OpenFlags.NONBLOCK);
        }
        assertThat(expected).hasSizeGreaterThan(20);
        check(architecture);
    }

    @ParameterizedTest
    @EnumSource
    void constantsOfTheApi(Architecture architecture) throws Exception {
        for (Errno errno : Errno.values()) {
            if (errno != Errno.UNKNOWN) {
                is(errno.name(), errno.number());
            }
        }
        constants(Ready.class, "", "POLL");
        constants(Ready.class, "", "EPOLL");
        constants(Fcntl.class, "F_", "F_");
        constants(Fcntl.class, "FD_", "FD_");
        constants(Fcntl.class, "O_", "O_");
        constants(Inotify.class, "", "IN_");
        for (String prefix : List.of("AF_", "SOCK_", "SOL_", "SO_")) {
            constants(LinuxSockets.class, prefix, prefix);
        }
        is("WDIOC_KEEPALIVE", unsigned(Ioctl.ior('W', 5, Integer.BYTES)));
        is("WDIOC_SETTIMEOUT", unsigned(Ioctl.iowr('W', 6, Integer.BYTES)));
        is("TUNSETIFF", unsigned(Ioctl.iow('T', 202, Integer.BYTES)));
        is("BLKROSET", unsigned(Ioctl.io((char) 0x12, 93)));
        is(
                "BLKGETSIZE64",
                unsigned(Ioctl.ior((char) 0x12, 114, Layout.of(architecture).wordBytes())));
        is("_IOR('x', 255, char[16383])", unsigned(Ioctl.ior('x', 255, 16383)));
        check(architecture);
    }

    private static long unsigned(Ioctl ioctl) {
        return Integer.toUnsignedLong(ioctl.number());
    }

    /** All int constants of a class whose names begin so, under the names that C has for them. */
    private void constants(Class<?> type, String prefix, String prefixInC) throws IllegalAccessException {
        List<String> found = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.getType() == int.class
                    && field.getName().startsWith(prefix)) {
                field.setAccessible(true);
                found.add(field.getName());
                is(prefixInC + field.getName().substring(prefix.length()), field.getInt(null));
            }
        }
        assertThat(found).as("%s* of %s", prefix, type).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void systemCalls(Architecture architecture) throws Exception {
        CrossCompiler compiler = compiler(architecture);
        Set<String> names = compiler.systemCalls();
        names.removeIf(name -> NO_CALLS.contains(name) || name.startsWith("arch_specific"));
        assertThat(names).hasSizeGreaterThan(250);
        Map<String, Integer> table = SystemCalls.of(architecture);
        assertThat(table.keySet()).containsAll(names);
        List<String> ordered = List.copyOf(names);
        List<Long> numbers = compiler.values(
                "#include <asm/unistd.h>",
                ordered.stream().map(name -> "__NR_" + name).toList());
        Map<String, Integer> said = new LinkedHashMap<>();
        for (int i = 0; i < ordered.size(); i++) {
            said.put(ordered.get(i), Math.toIntExact(numbers.get(i)));
        }
        assertThat(table).containsAllEntriesOf(said);
        table.forEach((name, number) -> assertThat(names.contains(name) || number >= FIRST_UNIFIED)
                .as("%s %d is a call of %s", name, number, architecture)
                .isTrue());
    }
}
