// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How one kind of need is looked up. A look reads files only, changes nothing, and opens no device. */
@FunctionalInterface
interface Check {

    /** Looks; a machine that cannot be read says {@link State#UNKNOWN}. */
    default Finding on(Machine machine) {
        try {
            return look(machine);
        } catch (NoSuchFileException e) {
            return Finding.of(State.UNKNOWN, "there is no " + e.getFile());
        } catch (AccessDeniedException e) {
            return Finding.of(State.UNKNOWN, "may not read " + e.getFile());
        } catch (IOException e) {
            return Finding.of(State.UNKNOWN, String.valueOf(e.getMessage()));
        }
    }

    Finding look(Machine machine) throws IOException;

    /** Which access a file or device must grant to the gateway's user, by access(2). */
    enum Access {
        R,
        W,
        RW;

        boolean granted(Machine machine, Path path) {
            return (this == W || machine.readable().test(path))
                    && (this == R || machine.writable().test(path));
        }
    }

    /** A file, or a node below /dev; the path may be a glob, of which one match is enough. */
    record FilePath(String path, Access access) implements Check {
        @Override
        public Finding look(Machine machine) throws IOException {
            Machine.Matches matches = machine.glob(path);
            if (matches.found().stream().anyMatch(path -> access.granted(machine, path))) {
                return Finding.of(State.PRESENT);
            }
            if (!matches.found().isEmpty()) {
                return Finding.of(State.NOT_PERMITTED, named(machine, matches.found()));
            }
            if (!matches.closed().isEmpty()) {
                return Finding.of(State.NOT_PERMITTED, named(machine, matches.closed()));
            }
            return Finding.of(State.ABSENT, "no " + path);
        }

        private static String named(Machine machine, List<Path> paths) {
            return "/" + machine.root().relativize(paths.get(0));
        }
    }

    /** An option of the kernel's configuration, built in or as a module. */
    record KernelOption(String option) implements Check {
        @Override
        public Finding look(Machine machine) throws IOException {
            Optional<List<String>> configuration = machine.kernelConfiguration();
            if (configuration.isEmpty()) {
                return Finding.of(
                        State.UNKNOWN, "no /proc/config.gz, no /boot/config-" + machine.release() + " for " + option);
            }
            return configuration.get().stream()
                    .filter(line -> line.startsWith(option + "="))
                    .map(line -> line.substring(option.length() + 1))
                    .findFirst()
                    .map(value -> Finding.of(State.PRESENT, value.equals("m") ? "module" : ""))
                    .orElse(Finding.of(State.ABSENT, option + " is not set"));
        }
    }

    /** A capability in the effective set. */
    record Capability(String capability) implements Check {

        /** In the order of linux/capability.h: the index is the bit. */
        static final List<String> NAMES = List.of(
                "CAP_CHOWN",
                "CAP_DAC_OVERRIDE",
                "CAP_DAC_READ_SEARCH",
                "CAP_FOWNER",
                "CAP_FSETID",
                "CAP_KILL",
                "CAP_SETGID",
                "CAP_SETUID",
                "CAP_SETPCAP",
                "CAP_LINUX_IMMUTABLE",
                "CAP_NET_BIND_SERVICE",
                "CAP_NET_BROADCAST",
                "CAP_NET_ADMIN",
                "CAP_NET_RAW",
                "CAP_IPC_LOCK",
                "CAP_IPC_OWNER",
                "CAP_SYS_MODULE",
                "CAP_SYS_RAWIO",
                "CAP_SYS_CHROOT",
                "CAP_SYS_PTRACE",
                "CAP_SYS_PACCT",
                "CAP_SYS_ADMIN",
                "CAP_SYS_BOOT",
                "CAP_SYS_NICE",
                "CAP_SYS_RESOURCE",
                "CAP_SYS_TIME",
                "CAP_SYS_TTY_CONFIG",
                "CAP_MKNOD",
                "CAP_LEASE",
                "CAP_AUDIT_WRITE",
                "CAP_AUDIT_CONTROL",
                "CAP_SETFCAP",
                "CAP_MAC_OVERRIDE",
                "CAP_MAC_ADMIN",
                "CAP_SYSLOG",
                "CAP_WAKE_ALARM",
                "CAP_BLOCK_SUSPEND",
                "CAP_AUDIT_READ",
                "CAP_PERFMON",
                "CAP_BPF",
                "CAP_CHECKPOINT_RESTORE");

        @Override
        public Finding look(Machine machine) throws IOException {
            BigInteger effective = new BigInteger(machine.status("CapEff"), 16);
            if (effective.testBit(NAMES.indexOf(capability))) {
                return Finding.of(State.PRESENT);
            }
            String mend = "this machine or its container withholds it from root: start the container with --cap-add "
                    + capability + ", or do without";
            return new Finding(State.NOT_PERMITTED, "no " + capability, machine.isRoot() ? mend : "");
        }
    }

    /** A soft resource limit of the gateway's process. */
    record Limit(Resource limit, long atLeast) implements Check {

        /** The resources of setrlimit(2), with the words by which /proc/self/limits calls them. */
        enum Resource {
            RLIMIT_CPU("Max cpu time"),
            RLIMIT_FSIZE("Max file size"),
            RLIMIT_DATA("Max data size"),
            RLIMIT_STACK("Max stack size"),
            RLIMIT_CORE("Max core file size"),
            RLIMIT_RSS("Max resident set"),
            RLIMIT_NPROC("Max processes"),
            RLIMIT_NOFILE("Max open files"),
            RLIMIT_MEMLOCK("Max locked memory"),
            RLIMIT_AS("Max address space"),
            RLIMIT_LOCKS("Max file locks"),
            RLIMIT_SIGPENDING("Max pending signals"),
            RLIMIT_MSGQUEUE("Max msgqueue size"),
            RLIMIT_NICE("Max nice priority"),
            RLIMIT_RTPRIO("Max realtime priority"),
            RLIMIT_RTTIME("Max realtime timeout");

            private final String words;

            Resource(String words) {
                this.words = words;
            }
        }

        @Override
        public Finding look(Machine machine) throws IOException {
            String soft = machine.lines("/proc/self/limits").stream()
                    .filter(line -> line.startsWith(limit.words + " "))
                    .map(line -> line.substring(limit.words.length()).strip().split("\\s+")[0])
                    .findFirst()
                    .orElseThrow(() -> new IOException("/proc/self/limits has no " + limit.words));
            return soft.equals("unlimited") ? Finding.of(State.PRESENT, soft) : enough(number(soft), atLeast);
        }
    }

    /** Membership in a group. Root is permitted what any group is. */
    record Group(String group) implements Check {
        @Override
        public Finding look(Machine machine) throws IOException {
            if (machine.isRoot()) {
                return Finding.of(State.PRESENT, "root");
            }
            Optional<String> id = machine.lines("/etc/group").stream()
                    .map(line -> line.split(":"))
                    .filter(fields -> fields.length > 2 && fields[0].equals(group))
                    .map(fields -> fields[2])
                    .findFirst();
            if (id.isEmpty()) {
                return Finding.of(State.ABSENT, "no group " + group);
            }
            String mine = machine.status("Gid") + " " + machine.status("Groups");
            return Arrays.asList(mine.split("\\s+")).contains(id.get())
                    ? Finding.of(State.PRESENT)
                    : Finding.of(State.NOT_PERMITTED, "not in group " + group);
        }
    }

    /** A mounted file system of a type. */
    record Mount(String type) implements Check {
        @Override
        public Finding look(Machine machine) throws IOException {
            return machine.lines("/proc/self/mounts").stream()
                    .map(line -> line.split(" "))
                    .filter(fields -> fields.length > 2 && fields[2].equals(type))
                    .map(fields -> Finding.of(State.PRESENT, fields[1]))
                    .findFirst()
                    .orElse(Finding.of(State.ABSENT, type + " is not mounted"));
        }
    }

    /** A key below /proc/sys, with or without a least value. */
    record Sysctl(String key, Optional<Long> atLeast) implements Check {
        @Override
        public Finding look(Machine machine) throws IOException {
            String path = "/proc/sys/" + (key.contains("/") ? key : key.replace('.', '/'));
            if (!Files.exists(machine.at(path))) {
                return Finding.of(State.ABSENT, "no " + path);
            }
            if (!machine.readable().test(machine.at(path))) {
                return Finding.of(State.NOT_PERMITTED, path);
            }
            String value = machine.read(path).strip();
            return atLeast.isPresent() ? enough(number(value), atLeast.get()) : Finding.of(State.PRESENT);
        }
    }

    private static Finding enough(long value, long least) {
        return value >= least
                ? Finding.of(State.PRESENT, Long.toString(value))
                : Finding.of(State.LIMIT_TOO_LOW, value + " of " + least);
    }

    private static long number(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("not a number: " + text, e);
        }
    }
}
