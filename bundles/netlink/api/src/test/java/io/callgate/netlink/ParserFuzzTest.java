// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any bytes whatever are read to an end, and within their bounds. In a build the inputs in the resources are replayed; with {@code
 * JAZZER_FUZZ=1 mvn test -Dtest=ParserFuzzTest#messages} new ones are looked for, one method at a time.
 */
class ParserFuzzTest {

    private static final int DEEPEST = 3;

    /** Of one input: each refusal makes an exception, which costs a thousand times what reading does; the rest is as these. */
    private static final int REFUSALS = 2;

    private static final int NESTS = 16;
    private static final int AROUND = 32;
    private static final int MOST = 1 << 16;

    /** What is around the part must not be read: it lies in the middle of a buffer that would be read without complaint. */
    private static final ByteBuffer MIDDLE =
            ByteBuffer.allocateDirect(MOST + 2 * AROUND).order(ByteOrder.nativeOrder());

    private int refusals;
    private int nests;
    private int turn; // which of the refusals is looked for

    private ByteBuffer surrounded(byte[] input) {
        refusals = REFUSALS;
        nests = NESTS;
        turn = input.length == 0 ? 0 : Byte.toUnsignedInt(input[input.length - 1]);
        for (int i = 0; i < AROUND; i++) {
            MIDDLE.put(i, (byte) 0xa5).put(AROUND + input.length + i, (byte) 0xa5);
        }
        return MIDDLE.put(AROUND, input);
    }

    @FuzzTest(maxDuration = "10m")
    void messages(byte[] input) {
        MessageDecoder message = new MessageDecoder().wrap(surrounded(input), AROUND, input.length);
        int messages = 0;
        try {
            while (message.next()) {
                if (++messages > input.length / MessageDecoder.HEADER) {
                    throw new AssertionError("more messages than there is room for");
                }
                message.type();
                message.flags();
                message.sequence();
                message.port();
                if (message.length() >= 4) {
                    message.s32At(message.length() - 4);
                }
                attributes(message.attributes(message.length() >= 16 ? 16 : 0), message.length(), 0);
            }
        } catch (NetlinkFormatException e) {
            // refused, which is an end
        }
    }

    @FuzzTest(maxDuration = "10m")
    void attributes(byte[] input) {
        try {
            attributes(new AttributeDecoder().wrap(surrounded(input), AROUND, input.length), input.length, 0);
        } catch (NetlinkFormatException e) {
            // refused
        }
    }

    private void attributes(AttributeDecoder attributes, int room, int depth) throws NetlinkFormatException {
        int count = 0;
        while (attributes.next()) {
            int length = attributes.length();
            if (++count > room / AttributeDecoder.HEADER || length > room) {
                throw new AssertionError("more attributes than there is room for");
            }
            attributes.type();
            attributes.isNetworkOrder();
            attributes.string();
            if (attributes.bytes().length != length) {
                throw new AssertionError("a value of another length");
            }
            numbers(attributes, length);
            if (depth < DEEPEST && nests-- > 0) {
                nested(attributes, length, depth);
            }
        }
    }

    /** Each is read exactly if it is there. */
    private void numbers(AttributeDecoder attribute, int length) {
        check(length >= 1, attribute::u8);
        check(length >= 2, attribute::u16);
        check(length >= 2, attribute::be16);
        check(length >= 4, attribute::s32);
        check(length >= 4, attribute::be32);
        check(length >= 8, attribute::u64);
        check(length >= 8, attribute::be64);
        check(length >= 12, () -> attribute.be64At(4));
        check(length >= 7, () -> attribute.u16At(5));
        check(false, () -> attribute.u8At(-1));
        check(false, () -> attribute.s32At(length - 3));
        check(length == 4 || length == 16, () -> IpAddress.of(attribute));
    }

    private void nested(AttributeDecoder attribute, int length, int depth) {
        check(true, () -> {
            try {
                attributes(attribute.nested(), length, depth + 1);
            } catch (NetlinkFormatException e) {
                // these bytes are no attributes
            }
        });
        check(length >= 6, () -> attribute.nested(new AttributeDecoder(), 2, 4));
        check(false, () -> attribute.nested(new AttributeDecoder(), 0, length + 1));
        check(false, () -> attribute.nested(new AttributeDecoder(), 1, -1));
    }

    private interface Reading {
        void read() throws NetlinkFormatException;
    }

    /** What is there is read; of what is not, one in seven is looked for, until there were enough. */
    private void check(boolean there, Reading reading) {
        if (!there && (++turn % 7 != 0 || refusals-- <= 0)) {
            return;
        }
        boolean read;
        try {
            reading.read();
            read = true;
        } catch (NetlinkFormatException e) {
            read = false;
        }
        if (read != there) {
            throw new AssertionError(there ? "it is there and was refused" : "it is not there and was read");
        }
    }

    @FuzzTest(maxDuration = "10m")
    void uevents(byte[] input) {
        byte[] longer = Arrays.copyOf(input, input.length + 32);
        Arrays.fill(longer, input.length, longer.length, (byte) 'Z');
        UeventParser.kernel(longer, input.length).ifPresent(event -> {
            if (event.variables().values().stream().anyMatch(value -> value.contains("ZZZZZZZZ") && !contains(input))) {
                throw new AssertionError("read beyond the end");
            }
        });
        UeventParser.udev(longer, input.length).ifPresent(event -> {
            if (event.origin() != Uevent.Origin.UDEV || !event.devpath().startsWith("/")) {
                throw new AssertionError("no event of udev's: " + event);
            }
        });
    }

    private static boolean contains(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1).contains("ZZZZZZZZ");
    }

    @FuzzTest(maxDuration = "10m")
    void addresses(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        IpAddress address;
        try {
            address = IpAddress.of(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        if (!IpAddress.of(address.toString()).equals(address)) {
            throw new AssertionError(text + " became " + address);
        }
    }
}
