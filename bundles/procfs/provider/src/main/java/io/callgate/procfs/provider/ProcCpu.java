// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Cpu;
import io.callgate.procfs.CpuService;
import io.callgate.procfs.CpuTime;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The processors' times: a line for all, one for each, then other counters. */
@Component
public final class ProcCpu implements CpuService {

    /** USER_HZ is 100 on every architecture that is supported, whatever the kernel's own tick. */
    private static final long TICK_NANOS = 10_000_000;

    private static final int OLDEST_FIELDS = 4;
    private static final int FIELDS = 10;
    private static final String[] COUNTERS = {"ctxt ", "btime ", "processes ", "procs_running ", "procs_blocked "};
    private static final int SWITCHES = 0;
    private static final int BOOT = 1;
    private static final int FORKS = 2;
    private static final int RUNNING = 3;
    private static final int BLOCKED = 4;

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcCpu(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("stat"));
    }

    @Override
    public Cpu read() throws IOException {
        return file.read(ProcCpu::parse);
    }

    static Cpu parse(Cursor cursor) throws IOException {
        cursor.expect("cpu ");
        CpuTime total = times(CpuTime.ALL, cursor);
        List<CpuTime> processors = new ArrayList<>();
        while (cursor.skip("cpu")) {
            processors.add(times(cursor.integer(), cursor));
        }
        long[] counters = new long[COUNTERS.length];
        for (; !cursor.atEnd(); cursor.nextLine()) {
            int counter = cursor.skipOneOf(COUNTERS);
            if (counter >= 0) {
                counters[counter] = cursor.number();
            }
        }
        return new Cpu(
                total,
                processors,
                counters[SWITCHES],
                counters[FORKS],
                (int) Math.min(counters[RUNNING], Integer.MAX_VALUE),
                (int) Math.min(counters[BLOCKED], Integer.MAX_VALUE),
                Instant.ofEpochSecond(Math.min(counters[BOOT], Instant.MAX.getEpochSecond())));
    }

    /** Kernels had 4 fields before 2.6, and 10 since 2.6.33; newer ones may append more. */
    private static CpuTime times(int processor, Cursor cursor) throws IOException {
        long[] nanos = new long[FIELDS];
        int fields = 0;
        while (fields < FIELDS && !cursor.atLineEnd()) {
            nanos[fields++] = cursor.number(TICK_NANOS);
        }
        if (fields < OLDEST_FIELDS) {
            throw cursor.expected("at least " + OLDEST_FIELDS + " times of a processor");
        }
        cursor.nextLine();
        return new CpuTime(
                processor, nanos[0], nanos[1], nanos[2], nanos[3], nanos[4], nanos[5], nanos[6], nanos[7], nanos[8],
                nanos[9]);
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
