// SPDX-License-Identifier: Apache-2.0
package io.callgate.itests.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** The class path may be below root's home: in this guest, whose writes vanish, others are let through to it. */
final class ClassPathAccess {

    private ClassPathAccess() {}

    static void open() throws IOException {
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator)) {
            for (Path folder = Path.of(element).getParent(); folder != null; folder = folder.getParent()) {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
                if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                    Files.setPosixFilePermissions(folder, permissions);
                }
            }
        }
    }
}
