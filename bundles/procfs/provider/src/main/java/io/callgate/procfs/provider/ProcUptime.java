// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Uptime;
import io.callgate.procfs.UptimeService;
import java.io.IOException;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The time since boot: {@code 1340.56 2496.12}. */
@Component
public final class ProcUptime implements UptimeService {

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcUptime(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("uptime"));
    }

    @Override
    public Uptime read() throws IOException {
        return file.read(ProcUptime::parse);
    }

    static Uptime parse(Cursor cursor) throws IOException {
        return new Uptime(cursor.seconds(), cursor.seconds());
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
