// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Opens files below the root, and nowhere else.
 *
 * <p>/sys is made of symbolic links, so a path says little about where it ends. It is opened with O_PATH, which calls no
 * driver; then /proc/self/fd says where it ended and what it is; only if that is a file below the root is it opened,
 * through the same descriptor: nobody can put another file in its place between the look and the opening.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2), O_PATH</a>
 */
@Component(service = SysTree.class)
public final class SysTree {

    /** Framework property: the root; {@code /sys} unless a test says otherwise. */
    static final String ROOT = "callgate.sysfs.root";

    private static final long SYSFS_MAGIC = 0x62656572;
    private static final int TYPE = 0170000;
    private static final int FOLDER = 0040000;
    private static final int REGULAR = 0100000;
    private static final int READABLE = 0444;
    private static final int WRITABLE = 0222;

    private final Path root;
    private final Path descriptors;
    private final LinuxFiles files;
    private final LinuxMemory memory;

    /** Takes the root from the framework's properties. */
    @Activate
    public SysTree(BundleContext context, @Reference LinuxFiles files, @Reference LinuxMemory memory) {
        this(
                Path.of(Optional.ofNullable(context.getProperty(ROOT)).orElse("/sys")),
                Path.of("/proc/self/fd"),
                files,
                memory);
    }

    SysTree(Path root, Path descriptors, LinuxFiles files, LinuxMemory memory) {
        this.root = root.toAbsolutePath().normalize();
        this.descriptors = descriptors;
        this.files = files;
        this.memory = memory;
    }

    Path root() {
        return root;
    }

    /** True if there is something at a path relative to the root. */
    boolean has(String path) {
        return Files.exists(root.resolve(path));
    }

    /**
     * Opens the one file that a path names; the caller owns it.
     *
     * @throws RefusedException if there is none, or it may not be used so
     */
    AttributeFile open(Settings settings) throws RefusedException, IOException {
        return open(settings.path().find(root), settings.type(), settings.writable());
    }

    /**
     * Opens one file; the caller owns it.
     *
     * @throws RefusedException if it is not there, or may not be used so
     */
    AttributeFile open(Path found, Type type, boolean writable) throws RefusedException, IOException {
        try (Fd handle = files.open(found, OpenFlag.PATH);
                Fd.Use use = handle.use()) {
            return opened(found, descriptors.resolve(Integer.toString(use.number())), type, writable);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                throw new RefusedException(found + " leads to a file that is not there: waits for it");
            }
            throw e;
        }
    }

    private AttributeFile opened(Path found, Path link, Type type, boolean writable)
            throws RefusedException, IOException {
        Path real = Files.readSymbolicLink(link);
        if (!real.startsWith(root.toRealPath())) {
            throw new RefusedException(found + " is refused: it leads to " + real + ", which is not below " + root);
        }
        Map<String, Object> inode = Files.readAttributes(link, "unix:mode,owner,fileKey");
        int mode = (Integer) inode.get("mode");
        check(real, mode, writable);
        boolean kernel = files.statfs(root).type() == SYSFS_MAGIC;
        Fd fd = reopen(real, link, mode, inode.get("owner"));
        if (writable && !Files.isWritable(link)) {
            fd.close();
            throw new RefusedException(real + " may not be written by this user" + owned(mode, inode.get("owner")));
        }
        return new AttributeFile(real, link.getParent(), inode.get("fileKey"), kernel, files, memory, fd, type);
    }

    private static void check(Path real, int mode, boolean writable) throws RefusedException {
        if ((mode & TYPE) == FOLDER) {
            throw new RefusedException(real + " is a directory: name a file in it");
        }
        if ((mode & TYPE) != REGULAR) {
            throw new RefusedException(real + " is no regular file: refused");
        }
        if ((mode & READABLE) == 0) {
            throw new RefusedException(
                    real + " is write-only (mode " + octal(mode) + "): only what can be read can be used");
        }
        if (writable && (mode & WRITABLE) == 0) {
            throw new RefusedException(real + " is read-only (mode " + octal(mode) + "): set \"writable\" to false");
        }
    }

    private Fd reopen(Path real, Path link, int mode, Object owner) throws RefusedException, IOException {
        try {
            return files.open(link, OpenFlag.RDONLY);
        } catch (ErrnoException e) {
            if (e.is(Errno.EACCES, Errno.EPERM)) {
                throw new RefusedException(real + " may not be read by this user" + owned(mode, owner));
            }
            throw new ErrnoException(e.call(), real.toString(), e.errno());
        }
    }

    private static String owned(int mode, Object owner) {
        return " (mode " + octal(mode) + ", owner " + owner
                + "): run as a user who may, or mend its mode by a udev rule";
    }

    private static String octal(int mode) {
        return String.format("%04o", mode & 07777);
    }
}
