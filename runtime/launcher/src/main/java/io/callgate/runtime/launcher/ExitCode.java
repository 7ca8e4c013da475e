// SPDX-License-Identifier: Apache-2.0
package io.callgate.runtime.launcher;

/** What an ended launcher says to {@code bin/callgate}, to systemd and to scripts. */
enum ExitCode {
    /** Done; of a gateway: stopped in order. */
    OK(0),
    /** Failed, with the reason in one line on standard error. */
    FAILED(1),
    /** The command line was not understood. */
    USAGE(2),
    /** There is no gateway on this data folder (the code that init scripts use for it). */
    NOT_RUNNING(3),
    /** There is one already. */
    ALREADY_RUNNING(4),
    /** The framework wants to be started again: {@code bin/callgate} does so in a new JVM. */
    RESTART(75);

    private final int code;

    ExitCode(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
