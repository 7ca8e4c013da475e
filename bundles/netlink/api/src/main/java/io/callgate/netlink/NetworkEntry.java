// SPDX-License-Identifier: Apache-2.0
package io.callgate.netlink;

import java.util.Map;

/** Something in the kernel's network tables, as it was at one moment. Immutable. */
public sealed interface NetworkEntry permits Link, Address, Route, Neighbour, Rule {

    /** One object for the same thing at different moments: what makes the kernel see two entries as one. */
    Object key();

    /** What a filter may ask for: numbers, texts and booleans by name; absent what the kernel did not say. */
    Map<String, Object> properties();
}
