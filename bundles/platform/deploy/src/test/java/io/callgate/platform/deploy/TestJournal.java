// SPDX-License-Identifier: Apache-2.0
package io.callgate.platform.deploy;

import java.util.List;

/** Keeps what was said; what should not happen fails the test at once. */
record TestJournal(List<String> lines) implements Journal {

    @Override
    public void info(String line) {
        lines.add("INFO " + line);
    }

    @Override
    public void warn(String line) {
        lines.add("WARN " + line);
    }

    @Override
    public void debug(String line) {
        lines.add("DEBUG " + line);
    }

    @Override
    public void failed(String line, Throwable cause) {
        throw new AssertionError(line, cause);
    }
}
