// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.platform.Table;
import io.callgate.procfs.Sysctl;
import io.callgate.procfs.provider.Declaration.Standing;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The kernel's settings in the shell. */
@Component(
        service = SysctlCommands.class,
        property = {
            "osgi.command.scope=sysctl",
            "osgi.command.function=get",
            "osgi.command.function=set",
            "osgi.command.function=list"
        })
public final class SysctlCommands {

    private final Sysctl sysctl;
    private final SysctlKeeper keeper;

    /** Reads nothing yet. */
    @Activate
    public SysctlCommands(@Reference Sysctl sysctl, @Reference SysctlKeeper keeper) {
        this.sysctl = sysctl;
        this.keeper = keeper;
    }

    /** A value. */
    @Descriptor("the value of a kernel setting, for example sysctl:get net.ipv4.ip_forward")
    public String get(@Descriptor("key as in sysctl(8)") String key) throws IOException {
        return sysctl.text(key);
    }

    /** Sets a value until the next boot, or until somebody sets another. */
    @Descriptor("sets a kernel setting until the next boot; a configuration io.callgate.procfs.sysctl~NAME keeps it")
    public String set(
            @Descriptor("key as in sysctl(8)") String key,
            @Descriptor("value, several separated by blanks in quotes") String value)
            throws IOException {
        sysctl.set(key, value);
        return key + " = " + sysctl.text(key);
    }

    /** What configurations declare. */
    @Descriptor("the kernel settings that configurations declare")
    public String list() {
        Table table = new Table("NAME", "KEY", "DECLARED", "CURRENT", "ORIGINAL", "STATE");
        List<Declaration> all = keeper.declarations().stream()
                .sorted(Comparator.comparing(Declaration::name))
                .toList();
        for (Declaration each : all) {
            table.row(
                    each.name(),
                    each.key(),
                    oneBlank(each.declared()),
                    current(each),
                    oneBlank(each.original()),
                    state(each));
        }
        return table.toString();
    }

    private static String state(Declaration declaration) {
        Declaration.Verdict verdict = declaration.verdict();
        return verdict.standing() == Standing.LIVE ? "live" : "waiting: " + verdict.reason();
    }

    private static String current(Declaration declaration) {
        try {
            return oneBlank(declaration.current());
        } catch (IOException e) {
            return "";
        }
    }

    private static String oneBlank(String value) {
        return value.trim().replaceAll("\\s+", " ");
    }
}
