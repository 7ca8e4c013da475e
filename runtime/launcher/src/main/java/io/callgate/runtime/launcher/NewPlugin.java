// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code bin/callgate new-plugin NAME [--dir DIR]}: a small Maven project outside the tree, from the image's templates.
 * In names of files and in text, {@code @NAME@}, {@code @PACKAGE@}, {@code @PATH@}, {@code @CLASS@},
 * {@code @SCOPE@}, {@code @VERSION@} and {@code @API@} are filled in.
 */
final class NewPlugin {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*");
    private static final String USAGE = "usage: callgate new-plugin [--data DIR] NAME [--dir DIR]";
    private static final Set<String> WORDS_OF_JAVA = Set.of(
            ("abstract assert boolean break byte case catch char class const continue default do double else enum"
                            + " extends false final finally float for goto if implements import instanceof int"
                            + " interface long native new null package private protected public return short static"
                            + " strictfp super switch synchronized this throw throws transient true try void volatile"
                            + " while")
                    .split(" "));

    private final Path template;
    private final Map<String, String> values;

    private NewPlugin(Path template, Map<String, String> values) {
        this.template = template;
        this.values = values;
    }

    static ExitCode run(Path home, DataFolder data, List<String> args) throws LaunchException {
        boolean named = args.size() == 1 || args.size() == 3 && args.get(1).equals("--dir");
        if (!named || !NAME.matcher(args.get(0)).matches()) {
            throw new LaunchException(
                    ExitCode.USAGE, USAGE + ", NAME in lower case, words joined by '-', such as tank-level");
        }
        String name = args.get(0);
        Path folder = (args.size() == 3 ? Path.of(args.get(2)) : Path.of(name))
                .toAbsolutePath()
                .normalize();
        if (Files.exists(folder)) {
            throw new LaunchException(
                    ExitCode.FAILED, folder + " is there already; name another folder with --dir DIR");
        }
        refuseInside(home, folder);
        Image image = Image.read(home);
        String javaName = name.replace("-", "");
        Path template = home.resolve("templates/plugin");
        if (WORDS_OF_JAVA.contains(javaName) || usesClass(template, className(name))) {
            throw new LaunchException(
                    ExitCode.USAGE,
                    "a plugin cannot be named " + name + ", a name that its Java needs for something else;"
                            + " add a word, such as " + name + "-watch");
        }
        new NewPlugin(
                        template,
                        Map.of(
                                "@NAME@",
                                name,
                                "@PACKAGE@",
                                "com.example." + javaName,
                                "@PATH@",
                                "com/example/" + javaName,
                                "@CLASS@",
                                className(name),
                                "@SCOPE@",
                                javaName,
                                "@VERSION@",
                                image.version(),
                                "@API@",
                                home.resolve("api").toUri().toString()))
                .copyTo(folder);
        System.out.println("made " + folder);
        System.out.println("next: cd " + ShellWord.of(folder) + " && mvn package && cp target/*.jar "
                + ShellWord.of(data.path().resolve("deploy")) + "/");
        return ExitCode.OK;
    }

    /** The next image takes the place of this one, and would take the sources with it. */
    private static void refuseInside(Path home, Path folder) throws LaunchException {
        Path existing = folder;
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            if (existing.toRealPath().startsWith(home.toRealPath())) {
                throw new LaunchException(
                        ExitCode.FAILED,
                        folder + " is inside the image, where the next build or upgrade deletes it;"
                                + " name a folder outside with --dir DIR");
            }
        } catch (IOException e) {
            throw LaunchException.of(existing, e, "name another folder with --dir DIR");
        }
    }

    /** Whether the template's Java names a class so, which one of the plugin's own would hide: String, Component. */
    private static boolean usesClass(Path template, String name) throws LaunchException {
        Pattern word = Pattern.compile("\\b" + name + "\\b");
        try (Stream<Path> files = Files.walk(template)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (word.matcher(Files.readString(file)).find()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw LaunchException.of(template, e, "unpack the image again");
        }
    }

    static String className(String name) {
        StringBuilder className = new StringBuilder();
        for (String word : name.split("-")) {
            className.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return className.toString();
    }

    private void copyTo(Path folder) throws LaunchException {
        try (Stream<Path> files = Files.walk(template)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = folder.resolve(fill(template.relativize(file).toString()));
                Files.createDirectories(target.getParent());
                Files.writeString(target, fill(Files.readString(file)));
            }
        } catch (IOException e) {
            throw LaunchException.of(folder, e, "name a folder that can be written with --dir DIR");
        }
    }

    private String fill(String text) {
        String filled = text;
        for (Map.Entry<String, String> value : values.entrySet()) {
            filled = filled.replace(value.getKey(), value.getValue());
        }
        return filled;
    }
}
