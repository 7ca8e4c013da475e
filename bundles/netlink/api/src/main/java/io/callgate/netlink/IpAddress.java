// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address as the kernel has it. Unlike {@link InetAddress} it never asks a name server, and leaves an IPv4-mapped IPv6
 * address what it is. Immutable.
 *
 * @param family {@link #IPV4} or {@link #IPV6}
 * @param high the upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low the lower 64 bits, of an IPv4 address the lowest 32
 */
public record IpAddress(int family, long high, long low) implements Comparable<IpAddress> {

    /** AF_INET. */
    public static final int IPV4 = 2;
    /** AF_INET6. */
    public static final int IPV6 = 10;

    private static final IpAddress ANY4 = new IpAddress(IPV4, 0, 0);
    private static final IpAddress ANY6 = new IpAddress(IPV6, 0, 0);
    private static final long INT = 0xffff_ffffL;
    private static final int GROUPS = 8;

    /** Checks the family. */
    public IpAddress {
        if (family != IPV4 && family != IPV6) {
            throw new IllegalArgumentException("address family " + family + " is neither IPv4 (2) nor IPv6 (10)");
        }
        if (family == IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /** All zeros: "any". */
    public static IpAddress any(int family) {
        return switch (family) {
            case IPV4 -> ANY4;
            case IPV6 -> ANY6;
            default -> new IpAddress(family, 0, 0); // which says what is wrong
        };
    }

    /** An attribute's value, of 4 or 16 bytes. */
    public static IpAddress of(AttributeDecoder attribute) throws NetlinkFormatException {
        return switch (attribute.length()) {
            case 4 -> new IpAddress(IPV4, 0, attribute.be32() & INT);
            case 16 -> new IpAddress(IPV6, attribute.be64At(0), attribute.be64At(8));
            default -> throw new NetlinkFormatException("an address of " + attribute.length() + " bytes");
        };
    }

    /**
     * Reads {@code 192.168.1.1}, {@code fe80::1} or {@code ::ffff:10.0.0.1}.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static IpAddress of(String text) {
        if (!text.contains(":")) {
            return new IpAddress(IPV4, 0, dotted(text, text));
        }
        long[] words = new long[GROUPS];
        int gap = text.indexOf("::");
        if (gap < 0) {
            if (groups(text, text, words, 0) != GROUPS) {
                throw none(text);
            }
        } else {
            if (text.indexOf("::", gap + 1) >= 0) {
                throw none(text);
            }
            int before = groups(text.substring(0, gap), text, words, 0);
            long[] tail = new long[GROUPS];
            int after = groups(text.substring(gap + 2), text, tail, 0);
            if (before + after >= GROUPS) {
                throw none(text);
            }
            System.arraycopy(tail, 0, words, GROUPS - after, after);
        }
        return new IpAddress(IPV6, joined(words, 0), joined(words, 4));
    }

    private static long joined(long[] words, int from) {
        return words[from] << 48 | words[from + 1] << 32 | words[from + 2] << 16 | words[from + 3];
    }

    /** How many groups of 16 bits the part has. */
    private static int groups(String part, String whole, long[] into, int from) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] pieces = part.split(":", -1);
        int at = from;
        for (int i = 0; i < pieces.length; i++) {
            boolean dotted = i == pieces.length - 1 && pieces[i].contains(".") && whole.endsWith(pieces[i]);
            if (at + (dotted ? 2 : 1) > GROUPS) {
                throw none(whole);
            }
            if (dotted) {
                long four = dotted(pieces[i], whole);
                into[at++] = four >>> 16;
                into[at++] = four & 0xffff;
            } else {
                into[at++] = number(pieces[i], 16, 4, 0xffff, whole);
            }
        }
        return at;
    }

    private static long dotted(String part, String whole) {
        String[] bytes = part.split("\\.", -1);
        if (bytes.length != 4) {
            throw none(whole);
        }
        long address = 0;
        for (String each : bytes) {
            address = address << 8 | number(each, 10, 3, 255, whole);
        }
        return address;
    }

    private static long number(String digits, int radix, int most, int limit, String whole) {
        if (digits.isEmpty() || digits.length() > most || Character.digit(digits.charAt(0), radix) < 0) {
            throw none(whole);
        }
        try {
            int number = Integer.parseInt(digits, radix);
            if (number <= limit) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(none(whole).getMessage(), e);
        }
        throw none(whole);
    }

    private static IllegalArgumentException none(String text) {
        return new IllegalArgumentException("no IP address: \"" + text + "\"");
    }

    /** Whether it is "any". */
    public boolean isAny() {
        return high == 0 && low == 0;
    }

    /** 32 or 128. */
    public int bits() {
        return family == IPV4 ? 32 : 128;
    }

    /** 4 or 16 bytes, in network order. */
    public byte[] toBytes() {
        return family == IPV4
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** As the JDK has it. */
    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes are an address", e);
        }
    }

    @Override
    public int compareTo(IpAddress other) {
        int order = Integer.compare(family, other.family);
        order = order != 0 ? order : Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** As inet_ntop(3) writes it. */
    @Override
    public String toString() {
        return family == IPV4 ? dotted(low) : colons();
    }

    private static String dotted(long four) {
        return (four >>> 24 & 255) + "." + (four >>> 16 & 255) + "." + (four >>> 8 & 255) + "." + (four & 255);
    }

    private int group(int index) {
        return (int) ((index < 4 ? high : low) >>> (3 - (index & 3)) * 16) & 0xffff;
    }

    private String colons() {
        if (high == 0 && low >>> 32 == 0xffff) {
            return "::ffff:" + dotted(low & INT);
        }
        if (high == 0 && low >>> 32 == 0 && low >>> 16 != 0) {
            return "::" + dotted(low);
        }
        int start = -1;
        int length = 1; // a single zero is written
        for (int i = 0; i < GROUPS; i++) {
            int zeros = 0;
            while (i + zeros < GROUPS && group(i + zeros) == 0) {
                zeros++;
            }
            if (zeros > length) {
                start = i;
                length = zeros;
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                text.append(text.length() > 0 && text.charAt(text.length() - 1) != ':' ? ":" : "");
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }
}
