// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names of users, as passwd(5) has them; users of a network's directory have numbers here. */
public final class Users {

    private static final Path FILE = Path.of("/etc/passwd");

    private Users() {}

    /** The name of a user, or the number if it has none here. Reads the file each time: users come and go. */
    public static String name(long uid) {
        String number = Long.toString(uid);
        try {
            return Files.readAllLines(FILE).stream()
                    .map(line -> line.split(":"))
                    .filter(fields -> fields.length > 2 && fields[2].equals(number))
                    .map(fields -> fields[0])
                    .findFirst()
                    .orElse(number);
        } catch (IOException e) {
            return number; // a machine without that file has numbers only
        }
    }
}
