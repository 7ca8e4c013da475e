// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.log;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** A message with the causes of its exception in the same line, each said once. */
final class Causes {

    /** A log service hands out copies of exceptions whose message begins with the original's class name. */
    private static final String QUALIFIED =
            "([\\p{javaJavaIdentifierPart}]+\\.)+(?=[\\p{javaJavaIdentifierPart}$]+(: |$))";

    private Causes() {}

    static String append(String message, Throwable thrown) {
        StringBuilder line = new StringBuilder(message);
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable cause = thrown; cause != null && seen.add(cause); cause = cause.getCause()) {
            String said = say(cause);
            // People write "...: " + e.getMessage() and hand over the exception too.
            if (line.indexOf(said.substring(said.indexOf(": ") + 1).strip()) < 0) {
                line.append(line.isEmpty() ? "" : ": ").append(said);
            }
        }
        return line.toString();
    }

    private static String say(Throwable cause) {
        String message = cause.getMessage();
        boolean copy = cause.getClass().getName().equals("org.apache.felix.log.LogException");
        String said = copy
                ? String.valueOf(message).replaceFirst(": null$", "")
                : cause.getClass().getName() + (message == null ? "" : ": " + message);
        return said.replaceFirst("^" + QUALIFIED, "");
    }
}
