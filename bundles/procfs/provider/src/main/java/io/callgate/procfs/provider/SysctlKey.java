// SPDX-License-Identifier: Apache-2.0
package io.callgate.procfs.provider;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A key as in sysctl(8), understood: the names of the folders and of the file below /proc/sys. Equal however it was
 * written.
 */
record SysctlKey(List<String> names) {

    /**
     * Reads a key with dots or slashes, whichever comes first.
     *
     * @throws IllegalArgumentException with a sentence, for what is none or leads out of /proc/sys
     */
    static SysctlKey of(String text) {
        int dot = text.indexOf('.');
        int slash = text.indexOf('/');
        boolean slashed = slash >= 0 && (dot < 0 || slash < dot);
        List<String> names = new ArrayList<>();
        for (String part : text.split(slashed ? "/" : "\\.", -1)) {
            String name = slashed ? part : part.replace('/', '.');
            if (name.isBlank() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "\"" + text.replace('\0', '?') + "\" is no sysctl key: write one such as net.ipv4.ip_forward");
            }
            names.add(name);
        }
        return new SysctlKey(List.copyOf(names));
    }

    /** The file below a folder such as /proc/sys. */
    Path below(Path folder) {
        Path path = folder;
        for (String name : names) {
            path = path.resolve(name);
        }
        return path;
    }

    /** With dots; a dot in a name is written as a slash. */
    @Override
    public String toString() {
        return String.join(
                ".", names.stream().map(name -> name.replace('.', '/')).toList());
    }
}
