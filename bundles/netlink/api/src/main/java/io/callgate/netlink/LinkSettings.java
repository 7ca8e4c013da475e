// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.Optional;

/**
 * What is to be of a link that is made or changed; what is empty stays, or is the kernel's default.
 *
 * @param name up to 15 bytes
 * @param up whether it is set up
 * @param mtu in bytes
 * @param address of its hardware, in hexadecimal with colons
 * @param master index of the bridge or bond it belongs to, 0 for none
 * @param txQueueLength packets that may wait
 * @param alias free text
 */
public record LinkSettings(
        Optional<String> name,
        Optional<Boolean> up,
        Optional<Long> mtu,
        Optional<String> address,
        Optional<Integer> master,
        Optional<Long> txQueueLength,
        Optional<String> alias) {

    /** Nothing is to be. */
    public static final LinkSettings NONE = new LinkSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** With a name. */
    public LinkSettings name(String text) {
        return new LinkSettings(Optional.of(text), up, mtu, address, master, txQueueLength, alias);
    }

    /** Set up, or down. */
    public LinkSettings up(boolean on) {
        return new LinkSettings(name, Optional.of(on), mtu, address, master, txQueueLength, alias);
    }

    /** With a longest packet, in bytes. */
    public LinkSettings mtu(long bytes) {
        return new LinkSettings(name, up, Optional.of(bytes), address, master, txQueueLength, alias);
    }

    /** With a hardware address. */
    public LinkSettings address(String hexadecimal) {
        return new LinkSettings(name, up, mtu, Optional.of(hexadecimal), master, txQueueLength, alias);
    }

    /** Belonging to a bridge or bond, by its index; to none by 0. */
    public LinkSettings master(int index) {
        return new LinkSettings(name, up, mtu, address, Optional.of(index), txQueueLength, alias);
    }

    /** With so many packets that may wait. */
    public LinkSettings txQueueLength(long packets) {
        return new LinkSettings(name, up, mtu, address, master, Optional.of(packets), alias);
    }

    /** With a free text. */
    public LinkSettings alias(String text) {
        return new LinkSettings(name, up, mtu, address, master, txQueueLength, Optional.of(text));
    }
}
