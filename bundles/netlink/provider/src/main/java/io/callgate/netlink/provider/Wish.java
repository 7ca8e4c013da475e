// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink.provider;

import io.callgate.netlink.NetworkEntry;
import java.io.IOException;
import java.util.Map;

/** What a configuration declares. Each method asks the kernel and blocks for its answer. */
interface Wish {

    /** Removes what a wish of its kind has made, also when there is no wish any more. */
    @FunctionalInterface
    interface Removal {

        void remove(Network network, Map<String, String> identity) throws IOException;
    }

    /** What there is of it. @param entry null unless it is there @param why what it waits for; empty unless impossible */
    record Look(State state, NetworkEntry entry, String why) {

        static Look impossible(String why) {
            return new Look(State.IMPOSSIBLE, null, why);
        }
    }

    /** How things are. */
    enum State {
        /** As declared. */
        THERE,
        /** There, but not as declared. */
        DIFFERENT,
        /** Not there. */
        ABSENT,
        /** It cannot be there now. */
        IMPOSSIBLE
    }

    /** The table in which it stands. */
    Class<? extends NetworkEntry> kind();

    /** By what it is known, so that it can be removed later, also by a successor of this object. */
    Map<String, String> identity();

    Look look() throws IOException;

    /** Makes it, or makes it as declared. */
    void make(Look seen) throws IOException;

    /** Removes what has this identity, if it is there. */
    void remove(Map<String, String> identity) throws IOException;
}
