// SPDX-License-Identifier: Apache-2.0
package io.callgate.sysfs.provider;

import io.callgate.resource.InvalidSettingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * A configured path, name by name, where {@code *}, {@code ?} and {@code [...]} stand for what changes from boot to boot.
 *
 * @param names below the root
 */
record PathPattern(List<String> names) {

    private static final int NAMED = 5;

    /** Devices whose uevents tell that the path may have come or gone. */
    record Devices(String subsystem, PathMatcher name) {}

    /**
     * Checks a path as it was typed: relative to the root, or absolute below it.
     *
     * @throws InvalidSettingException with the sentence that says why not
     */
    static PathPattern of(Path root, String typed) throws InvalidSettingException {
        Path path = path(typed);
        if (path.isAbsolute() && !path.startsWith(root)) {
            throw new InvalidSettingException("path " + typed + " is refused: it is not below " + root);
        }
        List<String> names = new ArrayList<>();
        for (Path name : path.isAbsolute() ? root.relativize(path) : path) {
            if (name.toString().equals("..")) {
                throw new InvalidSettingException("path " + typed + " is refused: \"..\" is not allowed");
            }
            if (!name.toString().equals(".") && !name.toString().isEmpty()) {
                names.add(name.toString());
                matcher(root, name.toString());
            }
        }
        if (names.isEmpty()) {
            throw new InvalidSettingException("path " + typed + " is refused: it names no file below " + root);
        }
        return new PathPattern(List.copyOf(names));
    }

    private static Path path(String typed) throws InvalidSettingException {
        try {
            return Path.of(typed);
        } catch (InvalidPathException e) {
            throw new InvalidSettingException("path is refused: " + e.getReason());
        }
    }

    private static PathMatcher matcher(Path root, String name) throws InvalidSettingException {
        try {
            return matcher(name);
        } catch (PatternSyntaxException e) {
            throw new InvalidSettingException(
                    "path is refused: " + name + " is no pattern (" + e.getDescription() + "), below " + root);
        }
    }

    /** Braces are no wildcards here: they occur in names of /sys. */
    private static PathMatcher matcher(String name) {
        String glob = name.replaceAll("[\\\\{}]", "\\\\$0");
        return Path.of("").getFileSystem().getPathMatcher("glob:" + glob);
    }

    private static boolean isPattern(String name) {
        return name.matches(".*[*?\\[].*");
    }

    /**
     * The one file that is there.
     *
     * @throws RefusedException if there is none, or more than one
     */
    Path find(Path root) throws RefusedException {
        List<Path> here = List.of(root);
        for (String name : names) {
            List<Path> next = new ArrayList<>();
            for (Path folder : here) {
                next.addAll(isPattern(name) ? matching(root, folder, name) : existing(folder.resolve(name)));
            }
            if (next.isEmpty()) {
                throw new RefusedException("there is no " + name + " in " + shown(here)
                        + ": waits for it (plug in the device, load its driver, or mend the path)");
            }
            here = next;
        }
        if (here.size() > 1) {
            throw new RefusedException(
                    this + " is not unique: " + shown(here) + " (make the path more precise, so that one is left)");
        }
        return here.get(0);
    }

    private static List<Path> existing(Path path) throws RefusedException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return List.of(path);
        } catch (AccessDeniedException e) {
            throw new RefusedException(path.getParent() + " may not be searched by this user");
        } catch (IOException absent) { // ENOENT, ENOTDIR, or a folder that is just being taken away
            return List.of();
        }
    }

    private static List<Path> matching(Path root, Path folder, String name) throws RefusedException {
        PathMatcher matcher = matcher(name);
        try {
            if (!folder.toRealPath().startsWith(root.toRealPath())) {
                throw new RefusedException(folder + " leads out of " + root + ": refused");
            }
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(folder, entry -> matcher.matches(entry.getFileName()))) {
                List<Path> found = new ArrayList<>();
                entries.forEach(found::add);
                found.sort(null);
                return found;
            }
        } catch (AccessDeniedException e) {
            throw new RefusedException(folder + " may not be listed by this user");
        } catch (FileSystemException | DirectoryIteratorException absent) { // not there, or just being taken away
            return List.of();
        } catch (IOException e) {
            throw new RefusedException(folder + " cannot be listed: " + e.getMessage());
        }
    }

    private static String shown(List<Path> paths) {
        String first = paths.stream().limit(NAMED).map(Path::toString).collect(Collectors.joining(", "));
        return paths.size() <= NAMED ? first : first + " and " + (paths.size() - NAMED) + " more";
    }

    /** What to follow, for paths below class/SUBSYSTEM, bus/SUBSYSTEM/devices and block; elsewhere only looking helps. */
    Optional<Devices> devices() {
        return switch (names.get(0)) {
            case "class" -> devices(1, 2);
            case "bus" -> names.size() > 2 && names.get(2).equals("devices") ? devices(1, 3) : Optional.empty();
            case "block" -> devices(0, 1);
            default -> Optional.empty();
        };
    }

    private Optional<Devices> devices(int subsystem, int device) {
        return names.size() <= device || isPattern(names.get(subsystem))
                ? Optional.empty()
                : Optional.of(new Devices(names.get(subsystem), matcher(names.get(device))));
    }

    @Override
    public String toString() {
        return String.join("/", names);
    }
}
