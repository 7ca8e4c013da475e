// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code bin/callgate new-plugin NAME [--dir DIR]}: a small Maven project outside the tree, from the image's templates.
 * In names of files and in text, {@code @NAME@}, {@code @PACKAGE@}, {@code @PATH@}, {@code @CLASS@},
 * {@code @SCOPE@}, {@code @VERSION@} and {@code @API@} are filled in.
 */
final class NewPlugin {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*");
    private static final String USAGE = "usage: callgate new-plugin NAME [--dir DIR]";

    private final Path template;
    private final Map<String, String> values;

    private NewPlugin(Path template, Map<String, String> values) {
        this.template = template;
        this.values = values;
    }

    static ExitCode run(Path home, List<String> args) throws LaunchException {
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
        Image image = Image.read(home);
        String javaName = name.replace("-", "");
        new NewPlugin(
                        home.resolve("templates/plugin"),
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
        System.out.println("next: cd " + folder + " && mvn package && cp target/*.jar DATA-FOLDER/deploy/");
        return ExitCode.OK;
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
