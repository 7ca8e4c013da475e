// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

import io.callgate.linux.Architecture;

/**
 * What the calls look like on an architecture. Checked against the C compilers of all of them by {@code AbiTest}.
 *
 * <p>On 32-bit arm the calls with 64-bit time are taken (Linux 5.1 and later), so that a deadline looks the same
 * everywhere and does not end in 2038.
 *
 * @param wordBytes size of a C long, of which struct mq_attr has eight
 * @param timedSend the system call
 * @param timedReceive the system call
 * @param messageOverhead bytes that the kernel counts for a message beside its own
 * @param priorityOverhead bytes that the kernel counts for a priority that is in use
 */
record Abi(int wordBytes, String timedSend, String timedReceive, int messageOverhead, int priorityOverhead) {

    /** struct mq_attr. */
    static final int ATTR_WORDS = 8;

    static final int ATTR_MAXMSG = 1;
    static final int ATTR_MSGSIZE = 2;
    static final int ATTR_CURMSGS = 3;

    /** struct __kernel_timespec. */
    static final int TIMESPEC_SIZE = 16;

    static final int TIMESPEC_SEC = 0;
    static final int TIMESPEC_NSEC = 8;

    /** Flags of mq_open(3). */
    static final int O_RDONLY = 0;

    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_CLOEXEC = 02000000;

    /** Priorities are below. */
    static final int MQ_PRIO_MAX = 32768;

    static final int NAME_MAX = 255;

    static Abi of(Architecture architecture) {
        return switch (architecture) {
            case X86_64, AARCH64 -> new Abi(Long.BYTES, "mq_timedsend", "mq_timedreceive", 48, 48);
            case ARMHF -> new Abi(Integer.BYTES, "mq_timedsend_time64", "mq_timedreceive_time64", 24, 24);
        };
    }
}
