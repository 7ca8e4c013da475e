// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The file of a configuration, and the PIDs it stands for: the name of the file is the only place where they are
 * written.
 *
 * <p>{@code a.b.json} is the configuration {@code a.b}; {@code a.b~lamp.json} is the instance {@code lamp} of the
 * factory {@code a.b}. Characters that do not belong into a file's name are percent-encoded. An instance which Config
 * Admin named by itself ({@code a.b.<uuid>}) has its dot encoded, {@code a.b~%2E<uuid>.json}, so that its factory is
 * still known.
 *
 * @param file the file's name
 * @param pid the PID
 * @param factoryPid the factory PID, or null
 */
record FileName(String file, String pid, String factoryPid) implements Comparable<FileName> {

    static final String SUFFIX = ".json";

    /** What leaves room for a generation's number and kind below the kernel's NAME_MAX of 255. */
    private static final int LONGEST = 220;

    private static final String GENERATED = "%2E";

    static FileName of(String pid, String factoryPid) throws IOException {
        String stem = factoryPid == null ? encode(pid, false) : instance(pid, factoryPid);
        String file = (stem.startsWith(".") ? "%2E" + stem.substring(1) : stem) + SUFFIX;
        if (file.length() > LONGEST) {
            throw new IOException("PID " + pid + " is too long for a file's name: use a shorter one");
        }
        return new FileName(file, pid, factoryPid);
    }

    /** The name of a PID as a person types it: what is before a {@code ~} is the factory. */
    static FileName ofPid(String pid) throws IOException {
        int tilde = pid.indexOf('~');
        return of(pid, tilde < 0 ? null : pid.substring(0, tilde));
    }

    /** Empty for everything that is not the canonical name of a configuration: editors' leftovers, temporary files. */
    static Optional<FileName> parse(String file) {
        if (!file.endsWith(SUFFIX) || file.startsWith(".") || file.length() == SUFFIX.length()) {
            return Optional.empty();
        }
        try {
            FileName name = decode(file.substring(0, file.length() - SUFFIX.length()));
            return name.file.equals(file) ? Optional.of(name) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The name which a file that {@link #parse} does not know ought to have, for the line that says so. */
    static String canonical(String file) {
        String stem = file.substring(0, file.length() - SUFFIX.length());
        int tilde = stem.indexOf('~');
        return tilde < 0
                ? encode(stem, false) + SUFFIX
                : encode(stem.substring(0, tilde), false) + "~" + encode(stem.substring(tilde + 1), true) + SUFFIX;
    }

    /** The instance's name of a factory configuration, otherwise the PID. */
    String shortName() {
        return factoryPid == null ? pid : pid.substring(factoryPid.length() + 1);
    }

    /** A file stands for one PID. Written out, because a record's own takes milliseconds to link at start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && file.equals(name.file);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }

    @Override
    public int compareTo(FileName other) {
        return file.compareTo(other.file);
    }

    private static String instance(String pid, String factoryPid) throws IOException {
        if (pid.startsWith(factoryPid + "~")) {
            return encode(factoryPid, false) + "~" + encode(pid.substring(factoryPid.length() + 1), true);
        }
        if (pid.startsWith(factoryPid + ".")) {
            return encode(factoryPid, false) + "~" + GENERATED + encode(pid.substring(factoryPid.length() + 1), true);
        }
        throw new IOException(
                "PID " + pid + " does not begin with its factory " + factoryPid + ": no file can be named so");
    }

    private static FileName decode(String stem) throws IOException {
        int tilde = stem.indexOf('~');
        if (tilde < 0) {
            return of(plain(stem), null);
        }
        String factoryPid = plain(stem.substring(0, tilde));
        String name = stem.substring(tilde + 1);
        return name.startsWith(GENERATED)
                ? of(factoryPid + "." + plain(name.substring(GENERATED.length())), factoryPid)
                : of(factoryPid + "~" + plain(name), factoryPid);
    }

    private static String encode(String text, boolean tilde) {
        StringBuilder encoded = new StringBuilder(text.length() + 8);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (plainByte(b) || (tilde && b == '~')) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(hex(b >> 4)).append(hex(b));
            }
        }
        return encoded.toString();
    }

    private static boolean plainByte(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '.'
                || b == '_'
                || b == '-';
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit & 0xf, 16));
    }

    private static String plain(String encoded) throws IOException {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length() * 3);
        for (int i = 0; i < encoded.length(); i++) {
            if (encoded.charAt(i) == '%') {
                bytes.put(octet(encoded, i + 1));
                i += 2;
            } else {
                bytes.put(String.valueOf(encoded.charAt(i)).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(encoded + " is no UTF-8", e);
        }
    }

    private static byte octet(String encoded, int at) throws IOException {
        int high = at < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
        int low = at + 1 < encoded.length() ? Character.digit(encoded.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw new IOException(encoded + ": % without two hexadecimal digits");
        }
        return (byte) (high << 4 | low);
    }
}
