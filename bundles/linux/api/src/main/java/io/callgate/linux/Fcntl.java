// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/** Commands and values of fcntl(2); the same on every architecture that is supported. */
public final class Fcntl {

    /** Descriptor flags. */
    public static final int F_GETFD = 1;
    /** Set descriptor flags. */
    public static final int F_SETFD = 2;
    /** Status flags, as given to open(2). */
    public static final int F_GETFL = 3;
    /** Set status flags. */
    public static final int F_SETFL = 4;
    /** Capacity of a pipe in bytes. */
    public static final int F_SETPIPE_SZ = 1031;
    /** Capacity of a pipe in bytes. */
    public static final int F_GETPIPE_SZ = 1032;
    /** Add seals to a memfd. */
    public static final int F_ADD_SEALS = 1033;
    /** Seals of a memfd. */
    public static final int F_GET_SEALS = 1034;
    /** Value of F_GETFD: the descriptor is closed by execve(2). */
    public static final int FD_CLOEXEC = 1;
    /** Value of F_GETFL: reads and writes never block. */
    public static final int O_NONBLOCK = 04000;

    private Fcntl() {}
}
