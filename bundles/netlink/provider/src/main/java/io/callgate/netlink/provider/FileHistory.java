// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/**
 * Notes in the bundle's own storage that a table is followed, with the framework's identity, which is another after each start. So a
 * version that comes after another one, and finds no socket of it, knows that something may have been missed.
 */
final class FileHistory implements Table.History {

    private static final String NAME = "followed-";

    private final BundleContext context;

    FileHistory(BundleContext context) {
        this.context = context;
    }

    @Override
    public boolean hasPredecessor(String table) throws IOException {
        Path file = file(table);
        return file != null && Files.exists(file) && Files.readAllLines(file).contains(framework());
    }

    @Override
    public void begins(String table) throws IOException {
        Path file = file(table);
        if (file != null) {
            Files.writeString(file, framework() + "\n");
        }
    }

    @Override
    public void ends(String table) throws IOException {
        Path file = file(table);
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }

    private String framework() {
        return String.valueOf(context.getProperty(Constants.FRAMEWORK_UUID));
    }

    private Path file(String table) {
        File file = context.getDataFile(NAME + table);
        return file == null ? null : file.toPath();
    }
}
