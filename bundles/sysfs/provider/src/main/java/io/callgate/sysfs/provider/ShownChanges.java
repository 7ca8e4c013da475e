// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.platform.NewestLines;
import io.callgate.platform.Watches;
import io.callgate.sysfs.Value;
import io.callgate.sysfs.ValueListener;
import java.util.Hashtable;
import java.util.Map;
import org.osgi.framework.BundleContext;

/** Changes as lines of a watch. */
record ShownChanges(NewestLines lines) implements ValueListener {

    /** Lines that may wait for the terminal. */
    static final int MOST = 256;

    /** @param wanted service properties of the listener */
    static Watches.Source<NewestLines> of(BundleContext context, Map<String, ?> wanted) {
        return lines -> Watches.closing(
                context.registerService(ValueListener.class, new ShownChanges(lines), new Hashtable<>(wanted)));
    }

    @Override
    public void changed(Value value) {
        String before = value.lost() == 0 ? "" : "  (" + value.lost() + " lost)";
        lines.add(value.time() + "  " + value.name() + "  " + SysfsCommands.withUnit(value) + before);
    }

    @Override
    public void gone(String name, String reason) {
        lines.add(name + " has gone: " + reason);
    }
}
