// SPDX-License-Identifier: Apache-2.0
package io.callgate.linux.jna;

import io.callgate.linux.Architecture;

/**
 * Where the fields of the C structures are that the door itself uses, by architecture; named offsets in bytes.
 *
 * <p>Checked against the C compilers of the three architectures by {@code LayoutTest}.
 *
 * @param statfs struct statfs64
 * @param epoll struct epoll_event, which x86-64 alone packs
 * @param segmentBytes offset of the C long shm_segsz in struct shmid_ds, which has at most {@link #SHMID_DS_SIZE}
 * @param wordBytes size of a C long; struct itimerspec is four of them, time_t and tv_nsec alike
 */
record Layout(StatFs64 statfs, EpollEvent epoll, int segmentBytes, int wordBytes) {

    /** The architecture this machine is. */
    static final Layout CURRENT = of(Architecture.current());

    /** @param fieldBytes size of f_type and f_bsize; block and inode counts always have 8 */
    record StatFs64(
            int size, int fieldBytes, int type, int bsize, int blocks, int bfree, int bavail, int files, int ffree) {}

    /** {@code events} is a 32-bit word, {@code data} has 64 bits. */
    record EpollEvent(int size, int events, int data) {}

    /** struct shmid_ds, where it is largest. */
    static final int SHMID_DS_SIZE = 112;

    /** struct pollfd. */
    static final int POLLFD_SIZE = 8;

    static final int POLLFD_FD = 0;
    static final int POLLFD_EVENTS = 4;
    static final int POLLFD_REVENTS = 6;

    /** struct inotify_event; the name follows it. */
    static final int INOTIFY_WD = 0;

    static final int INOTIFY_MASK = 4;
    static final int INOTIFY_COOKIE = 8;
    static final int INOTIFY_LEN = 12;
    static final int INOTIFY_NAME = 16;

    /** struct sockaddr_nl. */
    static final int SOCKADDR_NL_SIZE = 12;

    static final int SOCKADDR_NL_FAMILY = 0;
    static final int SOCKADDR_NL_PID = 4;
    static final int SOCKADDR_NL_GROUPS = 8;

    /** struct sock_filter; struct sock_fprog is a 16-bit length and a pointer to the first. */
    static final int SOCK_FILTER_SIZE = 8;

    /** Level SOL_SOCKET. */
    static final int SO_ATTACH_FILTER = 26;

    static final int SO_DETACH_FILTER = 27;

    static Layout of(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> new Layout(new StatFs64(120, 8, 0, 8, 16, 24, 32, 40, 48), new EpollEvent(12, 0, 4), 48, 8);
            case AARCH64 -> new Layout(new StatFs64(120, 8, 0, 8, 16, 24, 32, 40, 48), new EpollEvent(16, 0, 8), 48, 8);
            case ARMHF -> new Layout(new StatFs64(88, 4, 0, 4, 8, 16, 24, 32, 40), new EpollEvent(16, 0, 8), 36, 4);
        };
    }
}
