// SPDX-License-Identifier: Apache-2.0
package io.callgate.gpio;

import java.io.IOException;

/** A line that is held by somebody else: {@code line LED (1) of lab-gpio is held by "gpioset"}. */
public final class LineBusyException extends IOException {

    private final LineInfo line;

    /**
     * @param label of the chip
     * @param line with its holder, as far as the kernel says
     */
    public LineBusyException(String label, LineInfo line) {
        super("line " + (line.name().isEmpty() ? "" : line.name() + " (") + line.offset()
                + (line.name().isEmpty() ? "" : ")") + " of " + label + " is held by " + holder(line));
        this.line = line;
    }

    /** The line, with its holder. */
    public LineInfo line() {
        return line;
    }

    private static String holder(LineInfo line) {
        String consumer = line.consumer();
        if (consumer.startsWith(LineInfo.OURS)) {
            return consumer.substring(LineInfo.OURS.length()) + " of this gateway";
        }
        return consumer.isEmpty() ? "somebody who gives no name" : '"' + consumer + '"';
    }
}
