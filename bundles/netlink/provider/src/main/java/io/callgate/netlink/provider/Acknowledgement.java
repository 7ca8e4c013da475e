// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.linux.Errno;
import io.callgate.netlink.AttributeDecoder;
import io.callgate.netlink.MessageDecoder;
import io.callgate.netlink.NetlinkException;
import io.callgate.netlink.NetlinkFormatException;

/**
 * What stands in an acknowledgement: an error number, the request's header and, unless that was capped, the request; then, if a flag
 * says so, attributes with what the kernel has to add. The end of a dump has the number and the attributes.
 */
final class Acknowledgement {

    private static final int CAPPED = 0x100;
    private static final int WITH_ATTRIBUTES = 0x200;

    private static final int MESSAGE = 1;
    private static final int OFFSET = 2;
    private static final int MISSING_TYPE = 5;

    private static final int NUMBER = 4;

    private Acknowledgement() {}

    /** Throws what the kernel refused; does nothing if it was content. */
    static void check(MessageDecoder message, String subject, boolean isError)
            throws NetlinkException, NetlinkFormatException {
        if (!isError && message.length() < NUMBER) {
            return; // old kernels end a dump without a number
        }
        int number = message.s32At(0);
        if (number == 0) {
            return;
        }
        String text = "";
        int offset = -1;
        int missing = -1;
        if ((message.flags() & WITH_ATTRIBUTES) != 0) {
            AttributeDecoder attributes = message.attributes(isError ? NUMBER + echoed(message) : NUMBER);
            while (attributes.next()) {
                switch (attributes.type()) {
                    case MESSAGE -> text = attributes.string();
                    case OFFSET -> offset = attributes.s32();
                    case MISSING_TYPE -> missing = attributes.s32();
                    default -> {}
                }
            }
        }
        throw new NetlinkException(subject, Errno.of(-number), text, offset, missing);
    }

    private static int echoed(MessageDecoder message) throws NetlinkFormatException {
        if ((message.flags() & CAPPED) != 0) {
            return MessageDecoder.HEADER;
        }
        int length = message.s32At(NUMBER);
        if (length < MessageDecoder.HEADER || length > message.length()) {
            throw new NetlinkFormatException("an error with a request of " + length + " bytes in it");
        }
        return length;
    }
}
