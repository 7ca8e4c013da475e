// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * By what programs that know nothing else of each other find a System V object: a number which they have agreed upon, or
 * what ftok(3) makes of a file and a project. Immutable.
 *
 * <pre>{@code
 * IpcKey.number("0x2a").value();                   // 42
 * IpcKey.file(Path.of("/srv/app"), "A").value();   // ftok("/srv/app", 'A')
 * }</pre>
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/sysvipc.7.html">sysvipc(7)</a>
 * @see <a href="https://man7.org/linux/man-pages/man3/ftok.3.html">ftok(3)</a>
 */
public final class IpcKey {

    private final int number; // the project, if there is a file
    private final Path file; // null if there is none

    private IpcKey(int number, Path file) {
        this.number = number;
        this.file = file;
    }

    /**
     * A number of 32 bits other than 0 (IPC_PRIVATE, which nobody finds).
     *
     * @throws IllegalArgumentException with the sentence that says what is wrong
     */
    public static IpcKey number(String key) {
        try {
            long number = Long.decode(key.strip());
            if (number != 0 && number >= Integer.MIN_VALUE && number <= 0xffff_ffffL) {
                return new IpcKey((int) number, null);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("key \"" + key + "\" is no number: 42 or 0x2a", e);
        }
        throw new IllegalArgumentException("key \"" + key + "\" is none: a number of 32 bits other than 0");
    }

    /**
     * What ftok(3) makes of a file, which need not be there yet.
     *
     * @param project as C programs write it: a character, or a number from 1 to 255
     * @throws IllegalArgumentException with the sentence that says what is wrong
     */
    public static IpcKey file(Path file, String project) {
        String said = project.strip();
        if (said.length() == 1 && !Character.isDigit(said.charAt(0)) && said.charAt(0) < 0x80) {
            return new IpcKey(said.charAt(0), file);
        }
        try {
            int number = Integer.decode(said);
            if (number >= 1 && number <= 255) {
                return new IpcKey(number, file);
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(noProject(project), e);
        }
        throw new IllegalArgumentException(noProject(project));
    }

    private static String noProject(String project) {
        return "project \"" + project + "\" is none: a letter, or a number from 1 to 255";
    }

    /**
     * The number, as the kernel takes it; made of what the file is now.
     *
     * @throws NoSuchFileException with a sentence as its reason
     */
    public int value() throws IOException {
        if (file == null) {
            return number;
        }
        try {
            Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,dev");
            long inode = ((Number) attributes.get("ino")).longValue();
            long device = ((Number) attributes.get("dev")).longValue();
            return (int) ((long) number << 24 | (device & 0xff) << 16 | inode & 0xffff);
        } catch (NoSuchFileException e) {
            throw new NoSuchFileException(
                    file.toString(), null, "name the file which the other program gives to ftok(3)");
        }
    }

    private String project() {
        return Character.isLetter(number) && number < 0x80 ? Character.toString(number) : Integer.toString(number);
    }

    @Override
    public String toString() {
        return file == null ? "0x" + Integer.toHexString(number) : "of " + file + " and project " + project();
    }
}
