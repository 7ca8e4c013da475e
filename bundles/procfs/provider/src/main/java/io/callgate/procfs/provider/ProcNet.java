// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Net;
import io.callgate.procfs.NetInterface;
import io.callgate.procfs.NetInterface.Traffic;
import io.callgate.procfs.NetService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The interfaces: two lines of headings, then a name and sixteen counters each. */
@Component
public final class ProcNet implements NetService {

    private static final int COUNTERS = 16;

    private final ProcFile file;

    /** Opens nothing yet. */
    @Activate
    public ProcNet(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        file = new ProcFile(files, memory, ProcRoot.of(context).resolve("net/dev"));
    }

    @Override
    public Net read() throws IOException {
        return file.read(ProcNet::parse);
    }

    static Net parse(Cursor cursor) throws IOException {
        long nanos = System.nanoTime();
        cursor.expect("Inter-|");
        cursor.nextLine();
        cursor.expect(" face |");
        cursor.nextLine();
        List<NetInterface> interfaces = new ArrayList<>();
        for (; !cursor.atEnd(); cursor.nextLine()) {
            cursor.atLineEnd();
            interfaces.add(counters(cursor.until(':'), cursor));
        }
        return new Net(nanos, interfaces);
    }

    private static NetInterface counters(String name, Cursor cursor) throws IOException {
        long[] n = new long[COUNTERS];
        for (int i = 0; i < COUNTERS; i++) {
            n[i] = cursor.number();
        }
        Traffic received = new Traffic(n[0], n[1], n[2], n[3], n[4], n[6]);
        Traffic sent = new Traffic(n[8], n[9], n[10], n[11], n[12], n[15]);
        return new NetInterface(name, received, sent, n[5], n[7], n[13], n[14]);
    }

    /** Closes the file. */
    @Deactivate
    public void close() {
        file.close();
    }
}
