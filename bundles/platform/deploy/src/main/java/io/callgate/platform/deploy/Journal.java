// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

/** Where the deployer says what it did: the log, while there is one. One line each. */
interface Journal {

    void info(String line);

    /** For what somebody has to mend. */
    void warn(String line);

    /** For what is worth knowing only when the deployer itself is looked into. */
    void debug(String line);

    /** For what should not happen: a mistake in the deployer, never a bad file. */
    void failed(String line, Throwable cause);
}
