// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * What a bundle cache depends on. A cache made by another JDK, on another architecture or of another product can stop
 * things silently (Karaf issue 2741), so it is made anew when one of these differs.
 *
 * @param facts name and value, in the order in which they are shown
 */
record Fingerprint(Map<String, String> facts) {

    Fingerprint {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /** Of this JVM and that image. */
    static Fingerprint of(Image image) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("JDK", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        facts.put("architecture", System.getProperty("os.arch"));
        facts.put("product", image.version());
        // Names with a dot are of files: their values are checksums, which nobody wants to read.
        facts.put("start.list", checksum(image.startList().text()));
        facts.put(Image.PROPERTIES, checksum(new TreeMap<>(image.properties()).toString()));
        return new Fingerprint(facts);
    }

    /** Not a digest: the first of those in a JVM costs a start a dozen milliseconds. */
    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return text.length() + "-" + Long.toHexString(crc.getValue());
    }

    /** What differs, in words: {@code JDK 17.0.15 is now 25.0.1}; empty if nothing does. */
    List<String> differences(Fingerprint now) {
        List<String> differences = new ArrayList<>();
        now.facts.forEach((name, value) -> {
            String before = facts.get(name);
            if (!value.equals(before)) {
                boolean readable = before != null && !name.contains(".");
                differences.add(readable ? name + " " + before + " is now " + value : name + " has changed");
            }
        });
        return differences;
    }
}
