// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

/**
 * An address with the number of bits that count. Of a network the others are 0, of an interface's address they are the host's.
 *
 * @param length from 0 to 32 or 128
 */
public record IpPrefix(IpAddress address, int length) {

    private static final IpPrefix ANY4 = new IpPrefix(IpAddress.any(IpAddress.IPV4), 0);
    private static final IpPrefix ANY6 = new IpPrefix(IpAddress.any(IpAddress.IPV6), 0);

    /** Checks the length. */
    public IpPrefix {
        if (length < 0 || length > address.bits()) {
            throw new IllegalArgumentException(
                    "a prefix of " + length + " bits, " + address + " has " + address.bits());
        }
    }

    /** Everything: {@code 0.0.0.0/0} or {@code ::/0}. */
    public static IpPrefix any(int family) {
        return IpAddress.any(family).family() == IpAddress.IPV4 ? ANY4 : ANY6;
    }

    /**
     * Reads {@code 10.0.0.0/8}; without a length it is one address.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static IpPrefix of(String text) {
        int slash = text.indexOf('/');
        IpAddress address = IpAddress.of(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new IpPrefix(address, address.bits());
        }
        try {
            return new IpPrefix(address, Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no length of a prefix in \"" + text + "\"", e);
        }
    }

    /** IPv4 (2) or IPv6 (10). */
    public int family() {
        return address.family();
    }

    /** Whether it is everything. */
    public boolean isAny() {
        return length == 0 && address.isAny();
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
