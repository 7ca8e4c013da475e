// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Memory;
import io.callgate.procfs.MemoryService;
import java.io.IOException;
import java.util.Arrays;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The memory: lines such as {@code MemTotal: 24684092 kB}, more of them with every kernel. */
@Component
public final class ProcMemory implements MemoryService {

    private static final String[] KEYS = {
        "MemTotal:",
        "MemFree:",
        "MemAvailable:",
        "Buffers:",
        "Cached:",
        "Shmem:",
        "SReclaimable:",
        "Dirty:",
        "SwapTotal:",
        "SwapFree:"
    };
    private static final int TOTAL = 0;
    private static final int FREE = 1;
    private static final int AVAILABLE = 2;
    private static final int BUFFERS = 3;
    private static final int CACHED = 4;
    private static final int SHARED = 5;
    private static final int RECLAIMABLE = 6;
    private static final int DIRTY = 7;
    private static final int SWAP_TOTAL = 8;
    private static final int SWAP_FREE = 9;
    private static final long ABSENT = -1;
    private static final long KIBIBYTE = 1024;

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcMemory(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("meminfo"));
    }

    @Override
    public Memory read() throws IOException {
        return file.read(ProcMemory::parse);
    }

    static Memory parse(Cursor cursor) throws IOException {
        long[] values = new long[KEYS.length];
        Arrays.fill(values, ABSENT);
        while (!cursor.atEnd()) {
            int key = cursor.skipOneOf(KEYS);
            if (key >= 0) {
                values[key] = cursor.number(KIBIBYTE);
                cursor.expect(" kB");
            }
            cursor.nextLine();
        }
        if (values[TOTAL] == ABSENT || values[FREE] == ABSENT) {
            throw cursor.expected("MemTotal and MemFree before");
        }
        return memory(values);
    }

    /** Old kernels lack some: Shmem came with 2.6.32, MemAvailable with 3.14; kernels without swap have no lines of it. */
    private static Memory memory(long[] values) {
        boolean estimate = values[AVAILABLE] == ABSENT;
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
        if (estimate) {
            long sum = values[FREE] + values[BUFFERS] + values[CACHED];
            values[AVAILABLE] = Math.min(sum, values[TOTAL]);
        }
        return new Memory(
                values[TOTAL],
                values[FREE],
                values[AVAILABLE],
                values[BUFFERS],
                values[CACHED],
                values[SHARED],
                values[RECLAIMABLE],
                values[DIRTY],
                values[SWAP_TOTAL],
                values[SWAP_FREE]);
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
