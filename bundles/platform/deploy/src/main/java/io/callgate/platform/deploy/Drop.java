// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

/** A jar in {@code deploy/} as it was last seen. Confined to the deployer's thread. */
final class Drop {

    final String name;

    /** Of the file when it was last read; empty if it has to be read. */
    String stamp = "";

    /** Hash of what was last read. */
    String seen;

    /** What is wrong with what was last read, or null. */
    String problem;

    /** Hash of the last content of this file that served. It goes on serving while a newer one cannot. */
    String good;

    /** When the file's writer closed it. */
    long closedNanos;

    /** Why its content is not what serves, or null; decided anew each time. */
    String note;

    /** What was last said about it, so that nothing is said twice. */
    String said;

    /** Set while the file is missing and may come back. */
    Agenda.Later deletion;

    Drop(String name) {
        this.name = name;
    }

    boolean isReadable() {
        return seen != null && problem == null;
    }
}
