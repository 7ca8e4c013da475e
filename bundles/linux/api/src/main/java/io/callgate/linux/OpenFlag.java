// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

/**
 * How a file is opened. {@code O_CLOEXEC}, {@code O_NOCTTY} and {@code O_NONBLOCK} are always added: nothing that the
 * gateway opens leaks into a child, becomes its terminal, or blocks a call beyond the reach of a close (wait with
 * {@link EventLoop} or {@link LinuxWaiting}). The values differ between architectures and are the door's affair.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
 */
public enum OpenFlag {
    /** Read only; the default if no access is named. */
    RDONLY,
    /** Write only. */
    WRONLY,
    /** Read and write. */
    RDWR,
    /** Create it if it is absent. */
    CREAT,
    /** With CREAT: fail with EEXIST if it is there. */
    EXCL,
    /** Cut it to length 0. */
    TRUNC,
    /** Every write goes to the end. */
    APPEND,
    /** Past the page cache; buffers, offsets and lengths must be aligned. */
    DIRECT,
    /** ENOTDIR if it is no directory. */
    DIRECTORY,
    /** ELOOP if the last component is a symbolic link. */
    NOFOLLOW,
    /** A handle on the path alone: nothing is opened, no driver is called. */
    PATH,
    /** Every write waits for the data to be on the medium. */
    DSYNC,
    /** An unnamed file in the directory given. */
    TMPFILE
}
