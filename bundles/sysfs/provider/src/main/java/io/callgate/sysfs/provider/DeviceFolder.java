// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A device's folder at the moment it was listed. It may go at any time: what is asked of it afterwards is an IOException,
 * or nothing.
 */
final class DeviceFolder {

    private final SysTree tree;
    private final Path path;
    private final SortedSet<String> names;

    private DeviceFolder(SysTree tree, Path path, SortedSet<String> names) {
        this.tree = tree;
        this.path = path;
        this.names = names;
    }

    /** Lists a folder; one that is not there, or not below the root, is empty. */
    static DeviceFolder of(SysTree tree, Path path) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        if (!path.startsWith(tree.root())) {
            return new DeviceFolder(tree, path, names);
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (NoSuchFileException | NotDirectoryException absent) {
            names.clear();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new DeviceFolder(tree, path, names);
    }

    /** In order. */
    SortedSet<String> names() {
        return names;
    }

    boolean has(String name) {
        return names.contains(name);
    }

    Path file(String name) {
        return path.resolve(name);
    }

    /** The one of these that is there; the first of them if several are. */
    Optional<Path> first(String... candidates) {
        for (String name : candidates) {
            if (has(name)) {
                return Optional.of(file(name));
            }
        }
        return Optional.empty();
    }

    /** What a small file says, such as a name or a label; empty if it says nothing, or cannot. */
    String text(String name) throws IOException {
        if (!has(name)) {
            return "";
        }
        try (AttributeFile file = tree.open(file(name), Type.STRING, false)) {
            return file.read().text().strip();
        } catch (RefusedException | IOException e) {
            if (Files.exists(file(name))) {
                return ""; // not for this user to read, or its driver fails: it has no such word then
            }
            throw new NoSuchFileException(file(name).toString());
        }
    }

    /** The inode of a file in it. */
    Object key(String name) throws IOException {
        return Files.readAttributes(file(name), BasicFileAttributes.class).fileKey();
    }
}
