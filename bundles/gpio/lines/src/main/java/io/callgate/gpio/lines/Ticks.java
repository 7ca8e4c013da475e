// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio.lines;

/** Hands a timer's expirations to the thread of a command. Thread safe. */
final class Ticks {

    private long waiting;
    private boolean ended;

    synchronized void add(long ticks) {
        waiting += ticks;
        notifyAll();
    }

    /** Waits for the next one; false after the end. */
    synchronized boolean await() throws InterruptedException {
        while (waiting == 0 && !ended) {
            wait();
        }
        waiting--;
        return !ended;
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
