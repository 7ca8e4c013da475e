// SPDX-License-Identifier: Apache-2.0
package io.callgate.mqueue.posix;

/** The clocks by which callers wait. */
interface Time {

    /** The machine's. */
    Time SYSTEM = new Time() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    /** Monotonic. */
    long nanos();

    /** Since 1970, as a person may set it. */
    long wallMillis();
}
