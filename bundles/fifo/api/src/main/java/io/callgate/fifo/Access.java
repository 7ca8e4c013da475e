// SPDX-License-Identifier: Apache-2.0
package io.callgate.fifo;

/** What the gateway does with a FIFO. */
public enum Access {
    /** It reads what others write. */
    READ("read"),
    /** It writes what others read. */
    WRITE("write"),
    /**
     * It holds both ends (O_RDWR), so that others never wait in open(2) and see neither an end of file nor EPIPE; they are
     * not seen to come or leave.
     */
    BOTH("both");

    private final String word;

    Access(String word) {
        this.word = word;
    }

    /** As in configurations, service properties and commands. */
    public String word() {
        return word;
    }

    /** Whether it reads. */
    public boolean reads() {
        return this != WRITE;
    }

    /** Whether it writes. */
    public boolean writes() {
        return this != READ;
    }
}
