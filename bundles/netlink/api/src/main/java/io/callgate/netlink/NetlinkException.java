// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import io.callgate.linux.Errno;
import io.callgate.linux.ErrnoException;
import java.util.OptionalInt;

/**
 * The kernel refused a request: its errno, and what it added in the extended acknowledgement, as in {@code netlink request
 * 24: EINVAL (Invalid argument): Invalid prefix for given prefix length, at byte 28 of the request}.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/netlink/intro.html#ext-ack">Extended acknowledgements</a>
 */
public final class NetlinkException extends ErrnoException {

    private static final int ABSENT = -1;

    private final String text;
    private final int offset;
    private final int missing;

    /**
     * @param subject what was asked
     * @param text the kernel's words, empty if it had none
     * @param offset of the attribute it refused, from the beginning of the message; negative if it named none
     * @param missing type of an attribute it missed; negative if it named none
     */
    public NetlinkException(String subject, Errno errno, String text, int offset, int missing) {
        super("netlink", subject, errno);
        this.text = text;
        this.offset = Math.max(ABSENT, offset);
        this.missing = Math.max(ABSENT, missing);
    }

    /** The kernel's words, empty if it had none. */
    public String text() {
        return text;
    }

    /** Where the attribute stands that was refused, in bytes from the beginning of the request's header. */
    public OptionalInt offset() {
        return offset == ABSENT ? OptionalInt.empty() : OptionalInt.of(offset);
    }

    /** The type of an attribute that was missing. */
    public OptionalInt missingAttribute() {
        return missing == ABSENT ? OptionalInt.empty() : OptionalInt.of(missing);
    }

    @Override
    public String getMessage() {
        return super.getMessage()
                + (text.isEmpty() ? "" : ": " + text)
                + (offset == ABSENT ? "" : ", at byte " + offset + " of the request")
                + (missing == ABSENT ? "" : ", attribute " + missing + " is missing");
    }
}
