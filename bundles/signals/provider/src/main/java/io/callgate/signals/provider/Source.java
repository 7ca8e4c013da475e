// SPDX-License-Identifier: Apache-2.0
package io.callgate.signals.provider;

import java.util.List;

/** Where one signal comes from while somebody listens to it. */
interface Source extends AutoCloseable {

    /** Who listens now, best first; never empty. Called by one thread at a time. */
    void hearers(List<Hearer> hearers);

    /** How often it was heard. */
    long heard();

    /** Nothing more is taken; what comes waits in the kernel if it is blocked. */
    @Override
    void close();
}
