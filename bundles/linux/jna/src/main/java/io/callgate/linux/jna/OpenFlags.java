// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Architecture;
import io.callgate.linux.OpenFlag;

/** The numbers of open(2)'s flags: asm-generic/fcntl.h, with the four that arm and aarch64 have elsewhere. */
final class OpenFlags {

    static final int NONBLOCK = 04000;
    static final int CLOEXEC = 02000000;
    private static final int NOCTTY = 0400;

    private OpenFlags() {}

    /** The word for open(2): what was asked for and what the door always adds. */
    static int word(OpenFlag[] flags, Architecture architecture) {
        int word = CLOEXEC | NOCTTY | NONBLOCK;
        int accesses = 0;
        for (OpenFlag flag : flags) {
            word |= value(flag, architecture);
            accesses |= access(flag);
        }
        if (Integer.bitCount(accesses) > 1) {
            throw new IllegalArgumentException("name one of RDONLY, WRONLY, RDWR");
        }
        return word;
    }

    static int value(OpenFlag flag, Architecture architecture) {
        boolean arm = architecture != Architecture.X86_64;
        return switch (flag) {
            case RDONLY -> 0;
            case WRONLY -> 01;
            case RDWR -> 02;
            case CREAT -> 0100;
            case EXCL -> 0200;
            case TRUNC -> 01000;
            case APPEND -> 02000;
            case DSYNC -> 010000;
            case DIRECT -> arm ? 0200000 : 040000;
            case DIRECTORY -> arm ? 040000 : 0200000;
            case NOFOLLOW -> arm ? 0100000 : 0400000;
            case PATH -> 010000000;
            case TMPFILE -> 020000000 | value(OpenFlag.DIRECTORY, architecture);
        };
    }

    private static int access(OpenFlag flag) {
        return switch (flag) {
            case RDONLY -> 1;
            case WRONLY -> 1 << 1;
            case RDWR -> 1 << 2;
            default -> 0;
        };
    }
}
