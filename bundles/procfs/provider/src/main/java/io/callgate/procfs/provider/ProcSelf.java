// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.Architecture;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.NativeBuffer;
import io.callgate.procfs.Self;
import io.callgate.procfs.SelfService;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * The own process: /proc/self/stat and status, the entries of /proc/self/fd, and getrusage(2), because the switches in
 * /proc/self/status are those of the first thread alone.
 */
@Component
public final class ProcSelf implements SelfService {

    private static final long TICK_NANOS = 10_000_000;
    private static final long KIBIBYTE = 1024;
    private static final String[] KEYS = {"VmSize:", "VmHWM:", "VmRSS:", "VmSwap:"};
    private static final int SIZE = 0;
    private static final int PEAK = 1;
    private static final int RESIDENT = 2;
    private static final int SWAPPED = 3;
    private static final int RUSAGE_SELF = 0;
    private static final int RUSAGE_BYTES = 144;
    private static final int VOLUNTARY_WORD = 16; // struct rusage: two struct timeval, then 14 longs
    private static final int INVOLUNTARY_WORD = 17;

    private final Path descriptors;
    private final ProcFile stat;
    private final ProcFile status;
    private final LinuxCalls calls;
    private final NativeBuffer usage;

    /** Opens nothing yet. */
    @Activate
    public ProcSelf(
            BundleContext context,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxCalls calls) {
        Path self = ProcRoot.of(context).resolve("self");
        this.descriptors = self.resolve("fd");
        this.stat = new ProcFile(files, memory, self.resolve("stat"));
        this.status = new ProcFile(files, memory, self.resolve("status"));
        this.calls = calls;
        this.usage = memory.allocate(RUSAGE_BYTES);
    }

    @Override
    public Self read() throws IOException {
        Stat times = stat.read(ProcSelf::stat);
        long[] sizes = status.read(ProcSelf::sizes);
        long[] switches = switches();
        return new Self(
                times.pid,
                times.threads,
                countDescriptors(),
                sizes[RESIDENT],
                sizes[PEAK],
                sizes[SIZE],
                sizes[SWAPPED],
                Duration.ofNanos(times.userNanos),
                Duration.ofNanos(times.systemNanos),
                times.minorFaults,
                times.majorFaults,
                switches[0],
                switches[1],
                Duration.ofNanos(times.startNanos));
    }

    /** The fields that are used, by their numbers in proc_pid_stat(5): 1, 10, 12, 14, 15, 20, 22. */
    record Stat(
            long pid,
            long minorFaults,
            long majorFaults,
            long userNanos,
            long systemNanos,
            int threads,
            long startNanos) {}

    static Stat stat(Cursor cursor) throws IOException {
        long pid = cursor.number();
        cursor.skipPastLast(')');
        cursor.skipFields(7);
        long minorFaults = cursor.number();
        cursor.skipFields(1);
        long majorFaults = cursor.number();
        cursor.skipFields(1);
        long user = cursor.number(TICK_NANOS);
        long system = cursor.number(TICK_NANOS);
        cursor.skipFields(4);
        int threads = cursor.integer();
        cursor.skipFields(1);
        return new Stat(pid, minorFaults, majorFaults, user, system, threads, cursor.number(TICK_NANOS));
    }

    /** In the order of {@link #KEYS}; what an old kernel does not tell is 0. */
    static long[] sizes(Cursor cursor) throws IOException {
        long[] sizes = new long[KEYS.length];
        for (; !cursor.atEnd(); cursor.nextLine()) {
            int key = cursor.skipOneOf(KEYS);
            if (key >= 0) {
                sizes[key] = cursor.number(KIBIBYTE);
                cursor.expect(" kB");
            }
        }
        return sizes;
    }

    private synchronized long[] switches() throws IOException {
        calls.call("getrusage", RUSAGE_SELF, usage);
        return new long[] {word(VOLUNTARY_WORD), word(INVOLUNTARY_WORD)};
    }

    private long word(int index) {
        return Architecture.current() == Architecture.ARMHF
                ? usage.bytes().getInt(index * Integer.BYTES)
                : usage.bytes().getLong(index * Long.BYTES);
    }

    private int countDescriptors() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(descriptors)) {
            for (Path entry : entries) {
                count++;
            }
        }
        return Math.max(0, count - 1); // the listing's own
    }

    /** Closes the files. */
    @Deactivate
    public void close() {
        stat.close();
        status.close();
    }
}
