// SPDX-License-Identifier: Apache-2.0
package io.callgate.device.provider;

import io.callgate.device.DeviceNumber;
import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import io.callgate.linux.Fd;
import io.callgate.linux.LinuxCalls;
import io.callgate.linux.LinuxFiles;
import io.callgate.linux.LinuxMemory;
import io.callgate.linux.OpenFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.Logger;
import org.osgi.service.log.LoggerFactory;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * Opens device nodes below the allowed roots, but none that is denied.
 *
 * <p>An open may do something by itself (a watchdog is armed), so it must be known before what is opened; and a name says
 * little: a node may be a link, or be replaced between the look and the open. So the path is opened with O_PATH, which
 * calls no driver; the kernel says where that ended and which device it is; and only what passes is opened, through that
 * same handle.
 *
 * <p>An entry of the configuration that cannot be used is one warning, and the rest is in force. It never opens more: one in
 * {@code roots} admits nothing, one in {@code denied} denies all that it may have meant ({@link Denied}).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2), O_PATH</a>
 */
@Component(service = DeviceGate.class, configurationPid = DeviceGate.PID)
@Designate(ocd = DeviceGate.Config.class)
public final class DeviceGate {

    static final String PID = "io.callgate.device";

    /** Which devices may be opened at all. */
    @ObjectClassDefinition(name = "devices", description = "Which devices may be opened at all")
    public @interface Config {

        /** Folders. */
        @AttributeDefinition(
                required = false,
                description =
                        "Folders, absolute, below which a node must be, links resolved; another entry admits none")
        String[] roots() default "/dev";

        /** Numbers. */
        @AttributeDefinition(
                required = false,
                description =
                        "Devices that are not opened, such as \"char 10:232\" or \"block 8:*\"; mem, kmem, port and"
                                + " watchdogs never are. An entry that cannot be read denies all it may mean")
        String[] denied() default {};
    }

    private final List<Path> roots;
    private final Denied denied;
    private final Path descriptors;
    private final LinuxFiles files;
    private final Statx statx;

    /** Takes the rules; other rules are another gate, and every device goes through it again. */
    @Activate
    public DeviceGate(
            Config config,
            @Reference LinuxFiles files,
            @Reference LinuxMemory memory,
            @Reference LinuxCalls calls,
            @Reference(service = LoggerFactory.class) Logger log) {
        this(
                List.of(config.roots()),
                new Denied(Path.of("/proc/devices"), List.of(config.denied())),
                Path.of("/proc/self/fd"),
                files,
                new Statx(calls, memory),
                log);
    }

    DeviceGate(List<String> roots, Denied denied, Path descriptors, LinuxFiles files, Statx statx, Logger log) {
        this.roots = roots.stream().flatMap(root -> root(root, log).stream()).toList();
        this.denied = denied;
        this.descriptors = descriptors;
        this.files = files;
        this.statx = statx;
        denied.mistakes().forEach(mistake -> log.warn("{}", mistake));
    }

    /** A relative one would admit what happens to be below the folder the gateway was started in. */
    private static Optional<Path> root(String text, Logger log) {
        try {
            Path root = Path.of(text.trim());
            if (root.isAbsolute()) {
                return Optional.of(root);
            }
        } catch (InvalidPathException e) {
            log.debug("\"{}\" is no path: {}", text, e.getMessage());
        }
        log.warn("\"{}\" in \"roots\" of {} admits no device: name a folder from / on, such as \"/dev\"", text, PID);
        return Optional.empty();
    }

    /** What stands at a path now; nothing is opened. */
    Optional<Node> look(Path path) throws IOException {
        return statx.at(path);
    }

    /**
     * A device that may be opened; the caller closes it.
     *
     * @throws RefusedException if there is none, or it may not be opened
     */
    Admitted admit(Path path) throws RefusedException, IOException {
        Fd handle = handle(path);
        Fd.Use use = handle.use();
        try {
            Path link = descriptors.resolve(Integer.toString(use.number()));
            Admitted admitted = new Admitted(files, handle, use, link, Files.readSymbolicLink(link), statx.of(handle));
            check(path, admitted);
            return admitted;
        } catch (RefusedException | IOException | RuntimeException e) {
            use.close();
            handle.close();
            throw e;
        }
    }

    private Fd handle(Path path) throws RefusedException, IOException {
        try {
            return files.open(path, OpenFlag.PATH);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT, Errno.ENOTDIR)) {
                throw new RefusedException(
                        "there is no " + path + ": plug in the device, load its driver, or mend the path");
            }
            throw e;
        }
    }

    private void check(Path path, Admitted admitted) throws RefusedException, IOException {
        Path real = admitted.path();
        Node node = admitted.node();
        if (!below(real)) {
            throw new RefusedException(path + " is refused: "
                    + (real.equals(path) ? "it" : "it leads to " + real + ", which") + " is not below " + places());
        }
        if (!node.isDevice()) {
            throw new RefusedException(
                    path + " is refused: " + (real.equals(path) ? "it" : real) + " is " + node.what() + ", no device");
        }
        DeviceNumber number = node.number();
        Optional<String> reason = denied.reason(number);
        if (reason.isPresent()) {
            throw new RefusedException(path + " is refused: " + number + " is " + reason.get());
        }
    }

    private String places() {
        return roots.isEmpty()
                ? "a folder in \"roots\" of " + PID + ", which names none"
                : roots.stream().map(Path::toString).collect(Collectors.joining(" or "));
    }

    /** A root that cannot be followed is an error only if no other one admits the node. */
    private boolean below(Path real) throws IOException {
        IOException failure = null;
        for (Path root : roots) {
            try {
                if (real.startsWith(root.toRealPath())) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                continue; // a root that this machine has not
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return false;
    }
}
