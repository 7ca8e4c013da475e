// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * What was ever dropped and is still wanted, by its hash: what runs, what it would give way to, and what waits. A file
 * of {@code deploy/} may be overwritten at any moment; its copy here cannot.
 */
final class ContentStore {

    /** Tells without reading a file that it is the same: unlike the modification time, ctime cannot be set. */
    static final String STAMP = "unix:ino,size,ctime";

    private static final String TEMPORARY = ".incoming";

    private final Path folder;
    private final Map<String, Content> known = new HashMap<>();
    private final Set<String> durable = new HashSet<>();
    private final byte[] buffer = new byte[1 << 16];

    ContentStore(Path folder) {
        this.folder = folder;
    }

    static String stamp(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(file, STAMP);
        return attributes.get("ino") + ":" + attributes.get("size") + ":" + attributes.get("ctime");
    }

    /** Copies a file in, and says by which hash it is here now. The file is checked when it is {@link #content} . */
    String take(Path file) throws IOException {
        Files.createDirectories(folder);
        Path incoming = folder.resolve(TEMPORARY);
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(incoming)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                out.write(buffer, 0, n);
            }
        }
        String hash = HexFormat.of().formatHex(digest.digest());
        Files.move(incoming, path(hash), StandardCopyOption.ATOMIC_MOVE);
        durable.remove(hash);
        return hash;
    }

    /** The hash of a file that stays where it is. */
    String hash(Path file) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * What is here by a hash, checked to the last byte the first time.
     *
     * @throws BadJarException if it is no bundle
     * @throws IOException if it is not here, or cannot be read
     */
    Content content(String hash) throws BadJarException, IOException {
        Content content = known.get(hash);
        if (content == null) {
            content = JarCheck.check(path(hash), hash, buffer);
            known.put(hash, content);
        }
        return content;
    }

    Path folder() {
        return folder;
    }

    Path path(String hash) {
        return folder.resolve(hash + ".jar");
    }

    /** Makes what is here by these hashes survive a loss of power. */
    void sync(Set<String> hashes) throws IOException {
        boolean isNew = false;
        for (String hash : hashes) {
            if (!durable.contains(hash)) {
                Durable.sync(path(hash));
                durable.add(hash);
                isNew = true;
            }
        }
        if (isNew) {
            Durable.sync(folder);
        }
    }

    /** Forgets everything else. */
    void keepOnly(Set<String> hashes) throws IOException {
        known.keySet().retainAll(hashes);
        durable.retainAll(hashes);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!hashes.contains(name.substring(0, name.length() - ".jar".length()))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
