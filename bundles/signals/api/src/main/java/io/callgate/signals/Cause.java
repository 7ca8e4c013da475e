// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals;

/**
 * Why a signal was sent, as the kernel's {@code si_code} says.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/sigaction.2.html">sigaction(2)</a>
 */
public enum Cause {
    /** A program called kill(2). */
    KILL,
    /** A program called sigqueue(3), or pidfd_send_signal(2) with a value. */
    QUEUE,
    /** A program called tgkill(2) or raise(3). */
    THREAD,
    /** A POSIX timer has expired. */
    TIMER,
    /** A message came to an empty POSIX queue. */
    MESSAGE_QUEUE,
    /** A descriptor is ready, or an asynchronous input or output has ended. */
    IO,
    /** The kernel, for another reason. */
    KERNEL,
    /** Nobody says: the Java runtime has heard it, and it tells no more than the number. */
    UNKNOWN
}
