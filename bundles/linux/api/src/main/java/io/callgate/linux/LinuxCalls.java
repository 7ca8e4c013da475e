// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux;

import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Any other system call or libc function. Thread safe.
 *
 * <p>System calls with primitive arguments make no garbage. A call by name with objects is for rare work.
 *
 * <p>Nothing is hidden here: EINTR and EAGAIN are failures like any other, and it is the caller who calls again. A call
 * that blocks, blocks its thread, and neither an interruption nor a close ends it: ask for what does not block
 * (O_NONBLOCK, MSG_DONTWAIT) and wait with {@link EventLoop} or {@link LinuxWaiting}. Never block the event loop.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscalls.2.html">syscalls(2)</a>
 */
@ProviderType
public interface LinuxCalls {

    /**
     * The number of a system call on this architecture.
     *
     * @throws IllegalArgumentException if this architecture has no call of that name
     */
    int number(String systemCall);

    /** @throws ErrnoException as {@link #syscall(int, long, long, long, long, long, long)} */
    long syscall(int number) throws IOException;

    /** @throws ErrnoException as {@link #syscall(int, long, long, long, long, long, long)} */
    long syscall(int number, long a) throws IOException;

    /** @throws ErrnoException as {@link #syscall(int, long, long, long, long, long, long)} */
    long syscall(int number, long a, long b, long c) throws IOException;

    /** @throws ErrnoException as {@link #syscall(int, long, long, long, long, long, long)} */
    long syscall(int number, long a, long b, long c, long d) throws IOException;

    /**
     * A system call by number, with values for arguments.
     *
     * @return what it returned; never an error
     * @throws ErrnoException with the call {@code syscall NUMBER}
     */
    long syscall(int number, long a, long b, long c, long d, long e, long f) throws IOException;

    /**
     * A system call for everyday use: with buffers and a descriptor, without garbage or exceptions.
     *
     * @throws IllegalArgumentException if this architecture has no call of that name
     */
    PreparedCall prepare(String systemCall);

    /**
     * A system call (found first) or a libc function by name.
     *
     * @param arguments each an Integer, Long, {@link Fd}, {@link NativeBuffer}, String (given as a C string) or null
     * @return what it returned
     * @throws ErrnoException if it returned -1
     * @throws IllegalArgumentException for an unknown name or an argument of another type
     */
    long call(String name, Object... arguments) throws IOException;

    /**
     * A call whose result is a new descriptor (perf_event_open, bpf, pidfd_open, ...); the caller owns it. It is closed
     * on exec, whether the arguments asked for that or not; whether it blocks is up to them.
     *
     * @param name and arguments as for {@link #call}; the name is the descriptor's {@link Fd#subject()}
     * @throws ErrnoException as {@link #call}
     */
    Fd callForFd(String name, Object... arguments) throws IOException;
}
