// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.sysv;

import io.callgate.linux.Architecture;

/**
 * What the calls look like on an architecture: offsets in struct msqid64_ds, which is the kernel's, not the C library's.
 * Checked against the C compilers of all of them by {@code AbiTest}.
 *
 * <p>Times are taken from their lower words on 32 bits, which is good until 2106.
 *
 * @param wordBytes size of a C long: of a message's type, of times and of counts
 * @param ipc64 what msgctl's command needs so that it takes the structure of this size
 * @param size of the structure
 */
record Abi(
        int wordBytes,
        int ipc64,
        int size,
        int stime,
        int rtime,
        int cbytes,
        int qnum,
        int qbytes,
        int lspid,
        int lrpid) {

    static final int IPC_CREAT = 01000;
    static final int IPC_EXCL = 02000;
    static final int IPC_NOWAIT = 04000;
    static final int MSG_EXCEPT = 020000;
    static final int IPC_RMID = 0;
    static final int IPC_SET = 1;
    static final int IPC_STAT = 2;

    static Abi of(Architecture architecture) {
        return switch (architecture) {
            case X86_64, AARCH64 -> new Abi(Long.BYTES, 0, 120, 48, 56, 72, 80, 88, 96, 100);
            case ARMHF -> new Abi(Integer.BYTES, 0x100, 88, 36, 44, 60, 64, 68, 72, 76);
        };
    }

    /** The largest type that a message can have. */
    long maxType() {
        return wordBytes == Long.BYTES ? Long.MAX_VALUE : Integer.MAX_VALUE;
    }
}
