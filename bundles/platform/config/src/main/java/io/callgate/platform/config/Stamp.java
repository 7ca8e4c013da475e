// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import java.util.Optional;

/** What tells that a file was touched, without reading it: size, time and inode. */
record Stamp(long size, FileTime modified, Object inode) {

    /** Written out, because a record's own takes milliseconds to link at start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Stamp stamp
                && size == stamp.size
                && modified.equals(stamp.modified)
                && Objects.equals(inode, stamp.inode);
    }

    @Override
    public int hashCode() {
        return modified.hashCode();
    }

    /** Empty if there is no such file. */
    static Optional<Stamp> of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return Optional.of(new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
