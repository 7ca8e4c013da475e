// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.procfs.MalformedProcException;
import io.callgate.procfs.Sysctl;
import java.io.IOException;
import java.util.List;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The kernel's settings by their keys. */
@Component
public final class ProcSysctl implements Sysctl {

    private final SysctlTree tree;

    /** Opens nothing. */
    @Activate
    public ProcSysctl(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        tree = new SysctlTree(files, memory, ProcRoot.of(context));
    }

    @Override
    public String text(String key) throws IOException {
        return tree.read(SysctlKey.of(key));
    }

    @Override
    public long number(String key) throws IOException {
        String text = text(key).trim();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedProcException(key + " is \"" + text + "\", not a number");
        }
    }

    @Override
    public List<String> list(String key) throws IOException {
        String text = text(key).trim();
        return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
    }

    @Override
    public void set(String key, String value) throws IOException {
        tree.write(SysctlKey.of(key), value);
    }
}
