// SPDX-License-Identifier: Apache-2.0
package io.callgate.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** The text of the image's NOTICE: the works of others in it, with the licences that their own jars name. */
final class Notice {

    static final String FILE = "NOTICE";

    private static final String LICENSE_ENTRY = "META-INF/LICENSE";
    private static final Pattern SPDX = Pattern.compile("^SPDX-License-Identifier: *(.+?) *$", Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("^ *link *:?= *\"?([^\"]+?)\"? *$");

    private final String version;
    private final SortedMap<String, String> works = new TreeMap<>();

    Notice(String version) {
        this.version = version;
    }

    /** Adds the jar of somebody else. One that is in the image twice is told once. */
    void add(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest() == null
                    ? new Attributes()
                    : file.getManifest().getMainAttributes();
            String name = Optional.ofNullable(manifest.getValue("Bundle-Name")).orElse("");
            String vendor = Optional.ofNullable(manifest.getValue("Bundle-Vendor"))
                    .map(text -> ", " + text)
                    .orElse("");
            String fileName = jar.getFileName().toString();
            works.put(fileName, fileName + ": " + name + vendor + "\n    " + licence(file, manifest));
        }
    }

    private static String licence(JarFile jar, Attributes manifest) throws IOException {
        String header = manifest.getValue("Bundle-License");
        if (header != null && !header.isBlank()) {
            return inWords(header);
        }
        ZipEntry entry = jar.getEntry(LICENSE_ENTRY);
        if (entry == null) {
            return "its jar names no licence; ask its maker";
        }
        try (InputStream content = jar.getInputStream(entry)) {
            Matcher spdx = SPDX.matcher(new String(content.readAllBytes(), StandardCharsets.UTF_8));
            return spdx.find() ? spdx.group(1) : "see " + LICENSE_ENTRY + " in the jar";
        }
    }

    /** {@code "Apache License";link="https://…"} is {@code Apache License (https://…)}. */
    static String inWords(String header) {
        return split(header, ',').map(Notice::clauseInWords).collect(Collectors.joining(", "));
    }

    private static String clauseInWords(String clause) {
        List<String> parts = split(clause, ';').toList();
        String name = parts.get(0).replace("\"", "").strip();
        return parts.stream()
                .skip(1)
                .map(LINK::matcher)
                .filter(Matcher::matches)
                .map(link -> name + " (" + link.group(1) + ")")
                .findFirst()
                .orElse(name);
    }

    /** Splits where the character is outside quotes. */
    private static Stream<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '"') {
                quoted = !quoted;
            } else if (text.charAt(i) == separator && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts.stream();
    }

    String text() {
        return String.format(Locale.ROOT, """
                Callgate %s
                Licensed under the Apache License, Version 2.0; see LICENSE.

                Beside Callgate's own jars, all named io.callgate.*, there are in lib/, system/ and api/, unchanged, these works
                of others, with their licences. What else their makers want to be told is below META-INF in each jar.

                %s
                """, version, String.join("\n", works.values()));
    }
}
