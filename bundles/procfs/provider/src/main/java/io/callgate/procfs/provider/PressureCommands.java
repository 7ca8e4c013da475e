// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.ErrnoException;
import io.callgate.platform.Table;
import io.callgate.procfs.Pressure;
import io.callgate.procfs.Pressure.Stall;
import io.callgate.procfs.PressureKind;
import io.callgate.procfs.PressureResource;
import io.callgate.procfs.PressureService;
import java.io.IOException;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Pressure in the shell. */
@Component(
        service = PressureCommands.class,
        property = {"osgi.command.scope=procfs", "osgi.command.function=pressure"})
public final class PressureCommands {

    private final PressureService pressure;
    private final PressureTriggers triggers;

    /** Reads nothing yet. */
    @Activate
    public PressureCommands(@Reference PressureService pressure, @Reference PressureTriggers triggers) {
        this.pressure = pressure;
        this.triggers = triggers;
    }

    /** The pressure, and who listens for it. */
    @Descriptor("time lost because something was short, in percent of the last 10, 60 and 300 s; and the triggers")
    public String pressure() throws IOException {
        Table now = new Table("RESOURCE", "KIND", "AVG10", "AVG60", "AVG300", "TOTAL-MICROS");
        for (PressureResource resource : PressureResource.values()) {
            Pressure read = read(resource);
            row(now, resource, PressureKind.SOME, read.some());
            read.full().ifPresent(full -> row(now, resource, PressureKind.FULL, full));
        }
        return triggers.triggers().isEmpty() ? now.toString() : now + "\n\n" + listening();
    }

    private Pressure read(PressureResource resource) throws IOException {
        try {
            return pressure.read(resource);
        } catch (ErrnoException e) {
            throw new IOException(e.getMessage() + ": boot with psi=1, or build the kernel with CONFIG_PSI=y", e);
        }
    }

    private static void row(Table table, PressureResource resource, PressureKind kind, Stall stall) {
        table.row(
                resource.word(),
                kind.word(),
                ProcfsCommands.hundredths(stall.avg10Percent()),
                ProcfsCommands.hundredths(stall.avg60Percent()),
                ProcfsCommands.hundredths(stall.avg300Percent()),
                stall.totalMicros());
    }

    private Table listening() {
        Table table = new Table("RESOURCE", "TRIGGER", "LISTENERS", "EVENTS", "STATE");
        for (Trigger each : triggers.triggers()) {
            String state = each.refusal().isEmpty() ? "live" : "refused: " + each.refusal();
            table.row(
                    each.spec().resource().word(), each.spec().text(), triggers.listeners(each), each.events(), state);
        }
        return table;
    }
}
