// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.nio.file.Path;
import java.util.List;

/**
 * An LED as it was found.
 *
 * @param folder of its attributes
 * @param name as the kernel calls it, {@code devicename:color:function}; nobody else has it
 * @param key the folder's inode, to know it by
 */
record FoundLed(Path folder, String name, Object key) implements Found {

    @Override
    public List<String> names() {
        return List.of(name);
    }

    String device() {
        String[] parts = parts();
        return parts.length > 2 ? parts[0] : "";
    }

    String color() {
        String[] parts = parts();
        return parts.length > 1 ? parts[parts.length - 2] : "";
    }

    String function() {
        String[] parts = parts();
        return parts.length > 1 ? parts[parts.length - 1] : "";
    }

    /** At most three; a device's name may have colons of its own. */
    private String[] parts() {
        String[] all = name.split(":", -1);
        if (all.length <= 3) {
            return all;
        }
        String tail = ":" + all[all.length - 2] + ":" + all[all.length - 1];
        return new String[] {name.substring(0, name.length() - tail.length()), all[all.length - 2], all[all.length - 1]
        };
    }
}
