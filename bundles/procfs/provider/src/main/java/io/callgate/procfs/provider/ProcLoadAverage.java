// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.LoadAverage;
import io.callgate.procfs.LoadAverageService;
import java.io.IOException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The load: {@code 0.14 0.33 0.18 1/94 9027}. */
@Component
public final class ProcLoadAverage implements LoadAverageService {

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcLoadAverage(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("loadavg"));
    }

    @Override
    public LoadAverage read() throws IOException {
        return file.read(ProcLoadAverage::parse);
    }

    static LoadAverage parse(Cursor cursor) throws IOException {
        double one = cursor.decimal();
        double five = cursor.decimal();
        double fifteen = cursor.decimal();
        int runnable = cursor.integer();
        cursor.expect("/");
        return new LoadAverage(one, five, fifteen, runnable, cursor.integer(), cursor.integer());
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
