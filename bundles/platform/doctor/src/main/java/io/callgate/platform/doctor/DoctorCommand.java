// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.doctor;

import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code linux:doctor}: the needs of every installed bundle. */
@Component(
        service = DoctorCommand.class,
        property = {"osgi.command.scope=linux", "osgi.command.function=doctor"})
public final class DoctorCommand {

    private final BundleContext context;

    @Activate
    public DoctorCommand(BundleContext context) {
        this.context = context;
    }

    @Descriptor("what this machine has of what the mechanisms need, with the line that mends the rest")
    public String doctor(@Descriptor("mechanisms; all if none is named") String... mechanisms) {
        return NeedsOfBundles.report(Machine.local(), context.getBundles())
                .only(List.of(mechanisms))
                .toString();
    }
}
