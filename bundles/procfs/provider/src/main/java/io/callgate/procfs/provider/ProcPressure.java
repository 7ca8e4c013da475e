// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.Pressure;
import io.callgate.procfs.Pressure.Stall;
import io.callgate.procfs.PressureResource;
import io.callgate.procfs.PressureService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** The pressure: lines such as {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
@Component
public final class ProcPressure implements PressureService {

    private final Map<PressureResource, ProcFile> files = new EnumMap<>(PressureResource.class);

    /** Opens nothing yet. */
    @Activate
    public ProcPressure(BundleContext context, @Reference LinuxFiles door, @Reference LinuxMemory memory) {
        Path folder = ProcRoot.of(context).resolve("pressure");
        for (PressureResource resource : PressureResource.values()) {
            files.put(resource, new ProcFile(door, memory, folder.resolve(resource.word())));
        }
    }

    @Override
    public Pressure read(PressureResource resource) throws IOException {
        return files.get(resource).read(cursor -> parse(resource, cursor));
    }

    static Pressure parse(PressureResource resource, Cursor cursor) throws IOException {
        cursor.expect("some ");
        Stall some = stall(cursor);
        Optional<Stall> full = cursor.skip("full ") ? Optional.of(stall(cursor)) : Optional.empty();
        return new Pressure(resource, some, full);
    }

    private static Stall stall(Cursor cursor) throws IOException {
        cursor.expect("avg10=");
        double avg10 = cursor.decimal();
        cursor.expect(" avg60=");
        double avg60 = cursor.decimal();
        cursor.expect(" avg300=");
        double avg300 = cursor.decimal();
        cursor.expect(" total=");
        Stall stall = new Stall(avg10, avg60, avg300, cursor.number());
        cursor.nextLine();
        return stall;
    }

    /** Closes the files. */
    @Deactivate
    public void close() {
        files.values().forEach(ProcFile::close);
    }
}
